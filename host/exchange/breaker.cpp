#include "host/exchange/breaker.hpp"

#include <algorithm>

namespace turnpike::exchange {

bool Breaker::may_call(const std::string& key, int64_t now_ms) {
    const auto found = states_.find(key);
    if (found == states_.end() || found->second.open_until_ms == 0) return true;
    State& s = found->second;
    if (now_ms < s.open_until_ms || s.probing) return false;
    s.probing = true;
    return true;
}

bool Breaker::succeeded(const std::string& key) {
    const auto found = states_.find(key);
    if (found == states_.end()) return false;
    const bool was_open = found->second.open_until_ms != 0;
    states_.erase(found);
    return was_open;
}

bool Breaker::failed(const std::string& key, int64_t now_ms) {
    State& s = states_[key];
    ++s.failures;
    const bool probe_failed = s.probing;
    s.probing = false;
    if (!probe_failed && s.failures < kFailuresToOpen) return false;
    const bool was_open = s.open_until_ms != 0;
    if (probe_failed) s.pause_ms = std::min(s.pause_ms * 2, kPauseMaxMs);
    s.open_until_ms = now_ms + s.pause_ms;
    return !was_open;
}

}  // namespace turnpike::exchange
