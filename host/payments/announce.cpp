#include "host/payments/announce.hpp"

#include <array>

#include "host/events/outbox.hpp"
#include "host/json/write.hpp"
#include "host/payments/view.hpp"

namespace turnpike::payments {
namespace {

using json::Value;

constexpr std::array<std::string_view, 8> kTold = {"requires_action", "authorized", "succeeded", "failed",
                                                   "cancelled",       "expired",    "held",      "partially_paid"};

bool ended_without_money(const Payment& p) {
    return (p.status == "failed" || p.status == "cancelled" || p.status == "expired") && p.own().captured.target() == 0;
}

void tell_status(store::Tx& tx, const Ids& ids, const Payment& before, const Payment& after, const Value& object) {
    if (before.status != after.status)
        for (const std::string_view status : kTold)
            if (after.status == status) events::emit(tx, ids, "payment." + std::string(status), after.mode, object);
    if (ended_without_money(before) && after.own().captured.target() > 0)
        events::emit(tx, ids, "payment.late_success", after.mode, object);
    if (fee_status(before) != "known" && fee_status(after) == "known" && after.own().captured.target() > 0 && before.own().captured.target() > 0)
        events::emit(tx, ids, "payment.fee_known", after.mode, object);
}

void tell_disputes(store::Tx& tx, const Ids& ids, const Payment& before, const Payment& after) {
    for (const DisputeFact& d : after.state.disputes) {
        const DisputeFact* was = nullptr;
        for (const DisputeFact& old : before.state.disputes)
            if (old.id == d.id) was = &old;
        if (was && was->state == d.state) continue;
        const Value object = Value::object({{"id", d.id}, {"payment", after.id}, {"customer", after.customer},
                                            {"disputed", money::format(books_input(after, after.own()).reversed_disputes, after.currency)},
                                            {"currency", after.currency.code()}});
        if (!was) events::emit(tx, ids, "dispute.opened", after.mode, object);
        if (d.state == DisputeState::won) events::emit(tx, ids, "dispute.won", after.mode, object);
        if (d.state == DisputeState::lost) events::emit(tx, ids, "dispute.lost", after.mode, object);
    }
}

}  // namespace

void write_timeline(store::Tx& tx, int64_t payment_seq, std::string_view kind, const Value& data) {
    tx.db.run("INSERT INTO timeline (payment, at, kind, data) VALUES ($1, $2, $3, $4)", payment_seq, tx.now_ms, kind, json::write(data));
}

void announce(store::Tx& tx, const Ids& ids, const Payment& before, const Payment& after, const Occasion& occasion,
              const std::vector<int64_t>& journal_rows) {
    const bool changed = before.status != after.status || before.reason != after.reason || !journal_rows.empty() ||
                         before.outcome != after.outcome || fee_status(before) != fee_status(after) ||
                         before.state.disputes.size() != after.state.disputes.size();
    if (!changed) return;
    Value data = Value::object({{"cause", occasion.cause}, {"status", after.status}, {"was", before.status}});
    data.set_if("reason", after.reason).set_if("inbox", occasion.inbox);
    if (!journal_rows.empty()) {
        Value rows = Value::array();
        for (const int64_t n : journal_rows) rows.push(n);
        data.set("journal", std::move(rows));
    }
    write_timeline(tx, after.seq, "payment", data);
    const bool tells = before.status != after.status || fee_status(before) != fee_status(after) || ended_without_money(before);
    if (tells) tell_status(tx, ids, before, after, event_json(after));
    tell_disputes(tx, ids, before, after);
}

}  // namespace turnpike::payments
