#include "host/exchange/health.hpp"

namespace turnpike::exchange {

void HealthBoard::failing(const std::string& integration, const std::string& host, int64_t now_ms) {
    std::lock_guard lock(mutex_);
    failing_[integration].emplace(host, now_ms);
}

void HealthBoard::answers(const std::string& integration, const std::string& host) {
    std::lock_guard lock(mutex_);
    const auto found = failing_.find(integration);
    if (found == failing_.end()) return;
    found->second.erase(host);
    if (found->second.empty()) failing_.erase(found);
}

std::optional<HealthBoard::Failing> HealthBoard::of(const std::string& integration) const {
    std::lock_guard lock(mutex_);
    const auto found = failing_.find(integration);
    if (found == failing_.end()) return std::nullopt;
    std::optional<Failing> out;
    for (const auto& [host, since] : found->second)
        if (!out || since < out->since_unix_ms) out = Failing{host, since};
    return out;
}

size_t HealthBoard::count() const {
    std::lock_guard lock(mutex_);
    return failing_.size();
}

}  // namespace turnpike::exchange
