#include "host/payments/refund_rows.hpp"

namespace turnpike::payments {
namespace {

#define TURNPIKE_REFUND_COLUMNS                                                                                       \
    "seq, id, payment, amount, currency, status, outcome, reason, note, provider_reference, has_effect, created_at,"  \
    " next_check_at, checks"

Refund read_refund(const store::Rows& rows) {
    Refund r;
    r.seq = rows.integer(0);
    r.id = rows.text(1);
    r.payment = rows.integer(2);
    r.amount = {rows.integer(3), money::Currency::of(rows.view(4)).value_or(money::Currency())};
    r.status = rows.text(5);
    r.outcome = rows.text(6);
    r.reason = rows.maybe_text(7);
    r.note = rows.maybe_text(8);
    r.provider_reference = rows.maybe_text(9);
    r.has_effect = rows.integer(10) != 0;
    r.created_at = rows.integer(11);
    r.next_check_at = rows.maybe_integer(12);
    r.checks = rows.integer(13);
    return r;
}

}  // namespace

void insert_refund(store::Tx& tx, Refund& r) {
    r.created_at = tx.now_ms;
    tx.db.run(
        "INSERT INTO refunds (id, payment, amount, currency, status, outcome, reason, note, provider_reference, has_effect,"
        " created_at, updated_at, next_check_at, checks) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)",
        r.id, r.payment, r.amount.minor, r.amount.currency.code(), r.status, r.outcome, r.reason, r.note, r.provider_reference,
        r.has_effect, r.created_at, tx.now_ms, r.next_check_at, r.checks);
    r.seq = tx.db.last_row();
}

void update_refund(store::Tx& tx, const Refund& r) {
    tx.db.run(
        "UPDATE refunds SET status = $2, outcome = $3, note = $4, provider_reference = $5, has_effect = $6, updated_at = $7,"
        " next_check_at = $8, checks = $9 WHERE seq = $1",
        r.seq, r.status, r.outcome, r.note, r.provider_reference, r.has_effect, tx.now_ms, r.next_check_at, r.checks);
}

std::optional<Refund> load_refund(store::Session& db, const std::string& id) {
    auto rows = db.query("SELECT " TURNPIKE_REFUND_COLUMNS " FROM refunds WHERE id = $1", id);
    if (!rows.next()) return std::nullopt;
    return read_refund(rows);
}

std::vector<Refund> refunds_of_payment(store::Session& db, int64_t payment_seq) {
    std::vector<Refund> out;
    auto rows = db.query("SELECT " TURNPIKE_REFUND_COLUMNS " FROM refunds WHERE payment = $1 ORDER BY seq", payment_seq);
    while (rows.next()) out.push_back(read_refund(rows));
    return out;
}

}  // namespace turnpike::payments
