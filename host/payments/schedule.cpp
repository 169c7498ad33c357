#include "host/payments/schedule.hpp"

#include <algorithm>

namespace turnpike::payments {
namespace {

constexpr int64_t kFeeFirstMs = 1000;
constexpr int64_t kUnknownFirstMs = 5000;
constexpr int64_t kFeeMaxMs = 6 * 3600 * 1000;
constexpr int64_t kFeeGiveUpChecks = 40;

int64_t backed_off(int64_t first_ms, int64_t factor_e2, int64_t max_ms, int64_t checks) {
    int64_t delay = first_ms;
    for (int64_t i = 0; i < checks && delay < max_ms; ++i) delay = money::multiply_ratio(delay, std::max<int64_t>(factor_e2, 100), 100);
    return std::min(delay, max_ms);
}

bool waits_for_provider(const Payment& p) {
    return p.status == "pending" || p.status == "requires_action" || p.status == "authorized" || p.status == "partially_paid";
}

}  // namespace

std::optional<int64_t> next_check(const Payment& p, const config::PollSpec& poll, int64_t now_ms) {
    if (p.outcome == "unknown") return now_ms + backed_off(kUnknownFirstMs, 200, poll.max_s * 1000, p.checks);
    if (waits_for_provider(p)) {
        if (now_ms - p.created_at > poll.until_s * 1000) return std::nullopt;
        int64_t at = now_ms + backed_off(poll.first_s * 1000, poll.factor_e2, poll.max_s * 1000, p.checks);
        // A payment that should be over is looked at when it should be, not a long pause later.
        if (p.expires_at && *p.expires_at > now_ms) at = std::min(at, *p.expires_at + 1000);
        return at;
    }
    const bool fee_missing = p.own().captured.target() > 0 && p.terms.fee_source && fee_status(p) == "pending";
    if (!fee_missing || p.checks > kFeeGiveUpChecks) return std::nullopt;
    return now_ms + backed_off(kFeeFirstMs, 200, kFeeMaxMs, p.checks);
}

std::optional<int64_t> next_refund_check(int64_t checks, bool unknown, const config::PollSpec& poll, int64_t now_ms) {
    const int64_t first_ms = unknown ? kUnknownFirstMs : poll.first_s * 1000;
    return now_ms + backed_off(first_ms, std::max<int64_t>(poll.factor_e2, 150), poll.max_s * 1000, checks);
}

}  // namespace turnpike::payments
