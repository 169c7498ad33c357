#include "host/payments/refund_match.hpp"

#include <algorithm>

#include "host/events/outbox.hpp"
#include "host/payments/payment_rows.hpp"
#include "host/payments/refund_rows.hpp"
#include "host/payments/schedule.hpp"
#include "host/payments/view.hpp"

namespace turnpike::payments {
namespace {

Refund* named(std::vector<Refund>& ours, const std::string& id, const std::string& provider_reference) {
    for (Refund& r : ours) {
        if (!id.empty() && r.id == id) return &r;
        if (!provider_reference.empty() && r.provider_reference == provider_reference) return &r;
    }
    return nullptr;
}

/// A provider that echoes nothing: the one of ours that has no answer and asks for the same amount.
Refund* by_amount(std::vector<Refund>& ours, const Effect& e) {
    for (Refund& r : ours)
        if (r.outcome == "unknown" && !r.has_effect && r.amount == e.amount) return &r;
    return nullptr;
}

bool listed(const Observation& o, const Effect& e) {
    return std::any_of(o.refunds.begin(), o.refunds.end(), [&](const RefundSeen& seen) {
        return seen.provider_reference == e.id || (!e.refund.empty() && seen.refund == e.refund);
    });
}

void take_effect(std::vector<Refund>& ours, const Observation& o, const Effect& e) {
    Refund* r = named(ours, e.refund, e.id);
    if (!r && e.kind == EffectKind::refund) r = by_amount(ours, e);
    if (!r) return;
    r->provider_reference = e.id;
    r->outcome = "known";
    if (e.kind == EffectKind::refund_failed) r->status = "failed";
    else r->has_effect = true;
    // A provider that keeps no state of a refund has said all there is: the money moved.
    if (e.kind == EffectKind::refund && r->status == "pending" && !listed(o, e)) r->status = "succeeded";
}

void take_state(std::vector<Refund>& ours, const RefundSeen& seen) {
    Refund* r = named(ours, seen.refund, seen.provider_reference);
    if (!r) return;
    r->outcome = "known";
    if (!seen.provider_reference.empty()) r->provider_reference = seen.provider_reference;
    if (r->status == "failed" || seen.state == RefundState::pending) return;
    r->status = seen.state == RefundState::failed ? "failed" : "succeeded";
}

}  // namespace

void match_refunds(store::Tx& tx, const Ids& ids, const config::PollSpec& poll, Payment& p, const Observation& o,
                   const std::vector<const Effect*>& fresh) {
    if (!p.state.asked_refunds) return;
    std::vector<Refund> ours = refunds_of_payment(tx.db, p.seq);
    const std::vector<Refund> before = ours;
    for (const Effect* e : fresh)
        if (e->kind == EffectKind::refund || e->kind == EffectKind::refund_failed) take_effect(ours, o, *e);
    for (const RefundSeen& seen : o.refunds) take_state(ours, seen);
    for (size_t i = 0; i < ours.size(); ++i) {
        Refund& r = ours[i];
        const bool open = r.status == "pending";
        r.next_check_at = open ? next_refund_check(r.checks, r.outcome == "unknown", poll, tx.now_ms) : std::nullopt;
        update_refund(tx, r);
        if (r.status == before[i].status || open) continue;
        json::Value object = refund_json(r);
        object.set("payment", p.id);
        events::emit(tx, ids, r.status == "failed" ? "refund.failed" : "refund.succeeded", p.mode, object);
    }
    p.refunds_in_flight = refunds_in_flight(tx.db, p.seq);
}

}  // namespace turnpike::payments
