#include "tests/simulation/network.hpp"

#include "tests/simulation/plugin.hpp"

namespace turnpike::simulation {
namespace {

using exchange::TransferEnd;

TransferEnd unanswered(plugins::Sent sent, plugins::FailReason reason) {
    TransferEnd out;
    out.sent = sent;
    out.reason = reason;
    return out;
}

TransferEnd answered(plugins::HttpResponse response) {
    TransferEnd out;
    out.answered = true;
    out.response = std::move(response);
    return out;
}

plugins::HttpResponse broken(uint32_t status, const char* body) {
    plugins::HttpResponse out;
    out.status = status;
    out.body = body;
    return out;
}

}  // namespace

plugins::HttpResponse Network::carry_out(const exchange::TransferRequest& request) {
    if (request.url.find(kProviderHost) != std::string::npos) return provider_.answer(request.http);
    for (const plugins::Header& h : request.http.headers)
        if (h.name == "webhook-id") told_.insert(h.value);
    return broken(200, "");
}

/// Of 100 requests that are not answered as they should be, each way has its share.
TransferEnd Network::fate(const exchange::TransferRequest& request) {
    constexpr unsigned kGoesWell = 65;
    if (calm_ || dice_.percent(kGoesWell)) return answered(carry_out(request));
    switch (dice_.below(7)) {
        case 0: return unanswered(plugins::Sent::no, plugins::FailReason::connect);
        case 1: return unanswered(plugins::Sent::maybe, plugins::FailReason::timeout);  // lost on the way there
        case 2: return answered(broken(503, "busy"));
        case 3: late_.push_back(request); return unanswered(plugins::Sent::maybe, plugins::FailReason::timeout);
        case 4: carry_out(request); return unanswered(plugins::Sent::maybe, plugins::FailReason::connect);  // lost on the way back
        case 5: carry_out(request); return answered(broken(500, "it was done all the same"));
        default: carry_out(request); return answered(broken(200, "{\"cut\":"));
    }
}

bool Network::deliver_one() {
    if (waiting_.empty()) return false;
    const size_t at = dice_.below(waiting_.size());
    Waiting one = std::move(waiting_[at]);
    waiting_.erase(waiting_.begin() + static_cast<std::ptrdiff_t>(at));
    one.done(fate(one.request));
    return true;
}

bool Network::deliver_late() {
    if (late_.empty()) return false;
    const size_t at = dice_.below(late_.size());
    carry_out(late_[at]);
    late_.erase(late_.begin() + static_cast<std::ptrdiff_t>(at));
    return true;
}

void Network::host_ended() {
    for (Waiting& one : waiting_)
        if (dice_.percent(50)) late_.push_back(std::move(one.request));
    waiting_.clear();
}

}  // namespace turnpike::simulation
