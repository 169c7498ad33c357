#include "host/payments/velocity.hpp"

#include "host/payments/unit.hpp"

namespace turnpike::payments {
namespace {

constexpr int64_t kHourMs = 3600 * 1000;
constexpr int64_t kDayMs = 24 * kHourMs;

}  // namespace

void check_velocity(store::Tx& tx, const config::Velocity& limits, const Payment& p) {
    if (limits.failures_per_hour > 0) {
        auto rows = tx.db.query("SELECT count(*) FROM payments WHERE customer = $1 AND mode = $2 AND status = 'failed' AND created_at > $3", p.customer, p.mode, tx.now_ms - kHourMs);
        rows.next();
        if (rows.integer(0) >= limits.failures_per_hour) refuse(429, "velocity", "This customer had too many failed payments in the last hour; try again later.");
    }
    const auto most = limits.amount_per_day.find(std::string(p.currency.code()));
    if (most == limits.amount_per_day.end()) return;
    auto rows = tx.db.query("SELECT coalesce(sum(total), 0) FROM payments WHERE customer = $1 AND mode = $2 AND currency = $3 AND created_at > $4"
                            " AND status NOT IN ('failed', 'cancelled', 'expired')", p.customer, p.mode, p.currency.code(), tx.now_ms - kDayMs);
    rows.next();
    if (rows.integer(0) > most->second - p.total) refuse(429, "velocity", "This customer would pass what may be paid in a day.");
}

}  // namespace turnpike::payments
