#include "host/payments/velocity.hpp"

#include "host/base/address_ranges.hpp"
#include "host/base/encoding.hpp"
#include "host/payments/unit.hpp"

namespace turnpike::payments {
namespace {

constexpr int64_t kHourMs = 3600 * 1000;
constexpr int64_t kDayMs = 24 * kHourMs;

void check_network(store::Tx& tx, const config::Velocity& limits, const std::string& network) {
    if (limits.network_failures_per_hour == 0 || network.empty()) return;
    auto rows = tx.db.query("SELECT count(*) FROM payment_networks n JOIN payments p ON p.seq = n.payment WHERE n.network = $1 AND n.at > $2 AND p.status = 'failed'", network, tx.now_ms - kHourMs);
    rows.next();
    if (rows.integer(0) >= limits.network_failures_per_hour) refuse(429, "velocity", "Too many payments from this network failed in the last hour; try again later.");
}

}  // namespace

std::string network_of(const std::string& ip, const config::Keyring& keyring) {
    constexpr size_t kMappedBytes = 12, kHalfBytes = 8;
    const auto bytes = address_bytes(ip);
    if (!bytes) return "";
    const bool four = bytes->compare(0, kMappedBytes, std::string(10, '\0') + "\xff\xff") == 0;
    return to_base64url(keyring.derive("network/" + (four ? *bytes : bytes->substr(0, kHalfBytes)))).substr(0, 22);
}

void note_network(store::Tx& tx, const std::string& network, int64_t payment_seq) {
    if (network.empty()) return;
    tx.db.run("INSERT INTO payment_networks (network, at, payment) VALUES ($1, $2, $3)", network, tx.now_ms, payment_seq);
}

void forget_networks(store::Tx& tx) { tx.db.run("DELETE FROM payment_networks WHERE at < $1", tx.now_ms - kDayMs); }

void check_velocity(store::Tx& tx, const config::Velocity& limits, const Payment& p, const std::string& network) {
    check_network(tx, limits, network);
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
