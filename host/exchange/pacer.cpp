#include "host/exchange/pacer.hpp"

#include <algorithm>

namespace turnpike::exchange {

void Pacer::enter(const std::string& integration, const std::vector<config::RateSpec>& rate, Priority priority, std::function<void()> go) {
    Lane& lane = lanes_[integration];
    if (lane.refilled_ms == 0) {
        for (const auto& spec : rate) {
            if (spec.scope != "integration") continue;
            lane.per_s_e3 = spec.per_s_e3;
            lane.burst = std::max<int64_t>(spec.burst, 1);
            lane.concurrency = spec.concurrency;
        }
        lane.tokens_e3 = lane.burst * 1000;
        lane.refilled_ms = loop_.now_ms();
    }
    lane.waiting[priority].push_back(std::move(go));
    drain(integration);
}

void Pacer::leave(const std::string& integration) {
    --lanes_[integration].running;
    drain(integration);
}

void Pacer::refill(Lane& lane) {
    const int64_t now = loop_.now_ms();
    lane.tokens_e3 = std::min(lane.burst * 1000, lane.tokens_e3 + (now - lane.refilled_ms) * lane.per_s_e3 / 1000);
    lane.refilled_ms = now;
}

bool Pacer::may_start(Lane& lane) {
    if (lane.concurrency > 0 && lane.running >= lane.concurrency) return false;
    return lane.per_s_e3 == 0 || lane.tokens_e3 >= 1000;
}

void Pacer::drain(const std::string& integration) {
    Lane& lane = lanes_[integration];
    refill(lane);
    for (auto& [priority, queue] : lane.waiting) {
        while (!queue.empty() && may_start(lane)) {
            auto go = std::move(queue.front());
            queue.pop_front();
            ++lane.running;
            if (lane.per_s_e3 > 0) lane.tokens_e3 -= 1000;
            go();
        }
        if (queue.empty() || lane.timer_set || lane.per_s_e3 == 0 || lane.tokens_e3 >= 1000) continue;
        lane.timer_set = true;
        loop_.after((1000 - lane.tokens_e3) * 1000 / lane.per_s_e3 + 1, [this, integration] {
            lanes_[integration].timer_set = false;
            drain(integration);
        });
    }
}

}  // namespace turnpike::exchange
