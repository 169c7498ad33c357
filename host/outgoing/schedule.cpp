#include "host/outgoing/schedule.hpp"

#include <algorithm>

namespace turnpike::outgoing {
namespace {

constexpr int64_t kMinuteS = 60, kHourS = 3600;
constexpr int64_t kPausesS[kAttemptsMax] = {0, 5, 5 * kMinuteS, 30 * kMinuteS, 2 * kHourS, 5 * kHourS, 10 * kHourS, 14 * kHourS, 20 * kHourS, 24 * kHourS};
constexpr int64_t kRetryAfterMaxS = 24 * kHourS;

}  // namespace

std::optional<int64_t> pause_ms(int attempts, int64_t retry_after_s, Random& random) {
    if (attempts >= kAttemptsMax) return std::nullopt;
    const int64_t pause_ms = std::max(kPausesS[attempts], std::min(retry_after_s, kRetryAfterMaxS)) * 1000;
    uint32_t chance = 0;
    random.fill(&chance, sizeof chance);
    return pause_ms + pause_ms / 10 * (chance % 1000) / 1000;
}

}  // namespace turnpike::outgoing
