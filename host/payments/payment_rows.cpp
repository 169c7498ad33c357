#include "host/payments/payment_rows.hpp"

#include <stdexcept>

#include "host/json/read.hpp"
#include "host/json/write.hpp"
#include "host/payments/terms.hpp"

namespace turnpike::payments {
namespace {

#define TURNPIKE_PAYMENT_COLUMNS                                                                                        \
    "seq, id, reference, origin, integration, provider, mode, customer, parent, currency, amount, surcharge, total,"    \
    " request, status, reason, outcome, state, provider_reference, answer, expires_at, created_at, updated_at,"         \
    " next_check_at, checks, scope"

json::Value parse(std::string_view text) {
    auto value = json::read(text);
    if (!value) throw std::runtime_error("a payment's row holds JSON that cannot be read");
    return std::move(*value);
}

json::Value member(const json::Value& from, std::string_view name) {
    const json::Value* value = from.find(name);
    return value ? *value : json::Value();
}

std::string answer_text(const Payment& p) {
    json::Value answer = json::Value::object();
    for (const auto& [name, value] : {std::pair("provider_ids", &p.provider_ids), std::pair("provider_data", &p.provider_data),
                                      std::pair("next_action", &p.next_action)})
        if (!value->is_null()) answer.set(name, *value);
    return json::write(answer);
}

template <class Row>
Payment read_row(const Row& row) {
    Payment p;
    p.seq = row.integer(0);
    p.id = row.text(1);
    p.reference = row.text(2);
    p.origin = row.text(3);
    p.integration = row.text(4);
    p.provider = row.text(5);
    p.mode = row.text(6);
    p.customer = row.maybe_text(7);
    p.parent = row.maybe_text(8);
    p.currency = money::Currency::of(row.view(9)).value_or(money::Currency());
    p.amount = row.integer(10);
    p.surcharge = row.integer(11);
    p.total = row.integer(12);
    p.request = parse(row.view(13));
    p.terms = read_terms(p.request.find("terms"));
    p.status = row.text(14);
    p.reason = row.maybe_text(15);
    p.outcome = row.text(16);
    p.state = read_state(parse(row.view(17)));
    p.provider_reference = row.maybe_text(18);
    const json::Value answer = parse(row.view(19));
    p.provider_ids = member(answer, "provider_ids");
    p.provider_data = member(answer, "provider_data");
    p.next_action = member(answer, "next_action");
    p.expires_at = row.maybe_integer(20);
    p.created_at = row.integer(21);
    p.updated_at = row.integer(22);
    p.next_check_at = row.maybe_integer(23);
    p.checks = row.integer(24);
    p.scope = row.text(25);
    return p;
}

std::optional<Payment> first(store::Session& db, store::Rows rows) {
    if (!rows.next()) return std::nullopt;
    Payment p = read_row(rows);
    if (p.state.asked_refunds) p.refunds_in_flight = refunds_in_flight(db, p.seq);
    return p;
}

}  // namespace

const char* const kPaymentColumns = TURNPIKE_PAYMENT_COLUMNS;

Payment read_payment_row(const store::Rows& rows) { return read_row(rows); }
Payment read_payment_row(const store::Statement& row) { return read_row(row); }

std::optional<Payment> load_payment(store::Session& db, int64_t seq) {
    return first(db, db.query("SELECT " TURNPIKE_PAYMENT_COLUMNS " FROM payments WHERE seq = $1", seq));
}

std::optional<Payment> load_payment(store::Session& db, const std::string& id) {
    return first(db, db.query("SELECT " TURNPIKE_PAYMENT_COLUMNS " FROM payments WHERE id = $1", id));
}

std::optional<Payment> load_by_reference(store::Session& db, const std::string& reference) {
    return first(db, db.query("SELECT " TURNPIKE_PAYMENT_COLUMNS " FROM payments WHERE reference = $1", reference));
}

int64_t refunds_in_flight(store::Session& db, int64_t payment_seq) {
    auto rows = db.query("SELECT coalesce(sum(amount), 0) FROM refunds WHERE payment = $1 AND status <> 'failed' AND has_effect = 0",
                         payment_seq);
    rows.next();
    return rows.integer(0);
}

void insert_payment(store::Tx& tx, Payment& p) {
    p.created_at = p.updated_at = tx.now_ms;
    if (p.state.facts.empty()) facts_of(p, p.currency.code(), p.mode);
    p.request.set("terms", to_json(p.terms));
    tx.db.run(
        "INSERT INTO payments (id, reference, origin, integration, provider, mode, customer, parent, currency, amount, surcharge,"
        " total, request, status, reason, outcome, state, provider_reference, answer, expires_at, created_at, updated_at,"
        " next_check_at, checks, scope) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19,"
        " $20, $21, $22, $23, $24, $25)",
        p.id, p.reference, p.origin, p.integration, p.provider, p.mode, p.customer, p.parent, p.currency.code(), p.amount,
        p.surcharge, p.total, json::write(p.request), p.status, p.reason, p.outcome, json::write(to_json(p.state)),
        p.provider_reference, answer_text(p), p.expires_at, p.created_at, p.updated_at, p.next_check_at, p.checks, p.scope);
    p.seq = tx.db.last_row();
    tx.db.run("INSERT INTO integration_facts (id, provider, mode, first_payment_at) VALUES ($1, $2, $3, $4)"
              " ON CONFLICT (id) DO UPDATE SET first_payment_at = excluded.first_payment_at WHERE integration_facts.first_payment_at IS NULL",
              p.integration, p.provider, p.mode, p.created_at);
}

void update_payment(store::Tx& tx, Payment& p) {
    p.updated_at = tx.now_ms;
    tx.db.run(
        "UPDATE payments SET status = $2, reason = $3, outcome = $4, state = $5, provider_reference = $6, answer = $7, expires_at = $8,"
        " updated_at = $9, next_check_at = $10, checks = $11, amount = $12, total = $13 WHERE seq = $1",
        p.seq, p.status, p.reason, p.outcome, json::write(to_json(p.state)), p.provider_reference, answer_text(p),
        p.expires_at, p.updated_at, p.next_check_at, p.checks, p.amount, p.total);
}

void assign_customer(store::Tx& tx, Payment& p, const std::string& customer) {
    p.customer = customer;
    tx.db.run("UPDATE payments SET customer = $2 WHERE seq = $1", p.seq, customer);
}

}  // namespace turnpike::payments
