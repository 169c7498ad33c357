#include "observe.hpp"

#include "money.hpp"
#include "objects.hpp"

namespace stripe {
namespace {

using turnpike::EffectKind;
using turnpike::Json;
using turnpike::Money;
using turnpike::Observation;
using turnpike::Status;

Money amount_of(const Json& object, std::string_view member) {
    const std::string pointer = '/' + std::string(member);
    return from_wire(object.need_integer(pointer), object.need_text("/currency"));
}

Observation begin(const Json& object, const Seen& seen) {
    Observation out(mode_of(object, seen.mode), seen.as_of_unix_ms);
    out.reference(reference_of(object)).provider_status(object["status"].text());
    return out;
}

Status intent_status(const Json& intent) {
    const std::string_view status = intent.need_text("/status");
    if (status == "succeeded") return Status::succeeded;
    if (status == "requires_capture") return Status::authorized;
    if (status == "requires_action") return Status::requires_action;
    if (status != "canceled") return Status::pending;
    return intent["cancellation_reason"].text() == "automatic" ? Status::expired
                                                               : Status::cancelled;
}

/// In Checkout a declined payer may try again until the session ends, so a decline is a reason, not
/// an end.
std::string_view decline_of(const Json& intent) {
    const Json error = intent["last_payment_error"];
    const std::string_view decline = error["decline_code"].text();
    return decline.empty() ? error["code"].text() : decline;
}

/// The fee stands on the balance transaction, which exists a little later than the charge.
void add_fee(Observation& out, const Json& charge) {
    const Json transaction = charge["balance_transaction"];
    if (!transaction.is_object()) {
        out.fee_pending();
        return;
    }
    out.fee(amount_of(transaction, "fee"), transaction["exchange_rate"].digits());
}

void add_charge_totals(Observation& out, const Json& charge) {
    const auto refunded = charge["amount_refunded"].integer();
    if (refunded && *refunded > 0) out.total_refunded(amount_of(charge, "amount_refunded"));
}

}  // namespace

Observation observe_intent(const Json& intent, const Seen& seen) {
    const std::string_view id = intent.need_text("/id");
    const Status status = intent_status(intent);
    const Json charge = intent["latest_charge"];
    Observation out = begin(intent, seen);
    out.provider_reference(id)
        .provider_id("intent", id)
        .status(status)
        .amount(amount_of(intent, "amount"));
    out.provider_id("charge", id_of(charge));
    if (status == Status::pending) out.reason(decline_of(intent));
    if (status == Status::authorized) out.authorized(amount_of(intent, "amount_capturable"));
    if (status == Status::succeeded) {
        const Money captured = amount_of(intent, "amount_received");
        out.effect(EffectKind::capture, id, captured).total_captured(captured);
        add_fee(out, charge);
    }
    if (charge.is_object()) add_charge_totals(out, charge);
    return out;
}

Observation observe_session(const Json& session, const Seen& seen) {
    const Json intent = session["payment_intent"];
    const std::string_view id = session.need_text("/id");
    const std::string_view state = session.need_text("/status");
    const Json payer = session["customer_details"];
    if (intent.is_object() && state != "expired") {
        Observation out = observe_intent(intent, seen);
        out.provider_id("session", id).payer(payer["email"].text(), payer["name"].text());
        return out;
    }
    Observation out = begin(session, seen);
    const std::string_view intent_id = id_of(intent);
    out.provider_reference(intent_id.empty() ? id : intent_id);
    out.provider_id("session", id).provider_id("intent", intent_id);
    out.payer(payer["email"].text(), payer["name"].text())
        .amount(amount_of(session, "amount_total"));
    if (state == "expired") return out.status(Status::expired);
    if (state == "complete" && session["payment_status"].text() == "paid" && !intent_id.empty()) {
        const Money paid = amount_of(session, "amount_total");
        out.status(Status::succeeded).effect(EffectKind::capture, intent_id, paid).fee_pending();
    }
    return out;
}

Observation observe_charge(const Json& charge, const Seen& seen) {
    const std::string_view intent = id_of(charge["payment_intent"]);
    const std::string_view id = intent.empty() ? charge.need_text("/id") : intent;
    Observation out = begin(charge, seen);
    out.provider_reference(id)
        .provider_id("intent", intent)
        .provider_id("charge", charge["id"].text());
    out.amount(amount_of(charge, "amount"));
    if (charge.need_text("/status") != "succeeded") {
        const std::string_view decline = charge["outcome"]["reason"].text();
        return out.reason(decline.empty() ? charge["failure_code"].text() : decline);
    }
    if (!charge["captured"].is_true()) {
        return out.status(Status::authorized).authorized(amount_of(charge, "amount"));
    }
    const Money captured = amount_of(charge, "amount_captured");
    out.status(Status::succeeded)
        .effect(EffectKind::capture, id, captured)
        .total_captured(captured);
    add_fee(out, charge);
    add_charge_totals(out, charge);
    return out;
}

void add_refund(Observation& out, const Json& refund) {
    using turnpike::RefundStatus;
    const std::string_view id = refund.need_text("/id");
    const std::string_view status = refund["status"].text();
    const std::string_view ours = refund["metadata"]["refund"].text();
    const Money amount = amount_of(refund, "amount");
    const bool failed = status == "failed" || status == "canceled";
    const bool succeeded = status == "succeeded";
    const RefundStatus known = failed      ? RefundStatus::failed
                               : succeeded ? RefundStatus::succeeded
                                           : RefundStatus::pending;
    out.refund(id, known, amount, ours);
    // Stripe takes the money from the balance at once and gives it back when the refund fails.
    if (status != "requires_action") out.effect(EffectKind::refund, id, amount, ours);
    if (failed) out.effect(EffectKind::refund_failed, id, amount, ours);
}

Observation observe_refund(const Json& refund, const Seen& seen) {
    const std::string_view intent = id_of(refund["payment_intent"]);
    const std::string_view charge = id_of(refund["charge"]);
    Observation out(mode_of(refund, seen.mode), seen.as_of_unix_ms);
    out.reference(reference_of(refund)).provider_reference(intent.empty() ? charge : intent);
    out.provider_id("intent", intent).provider_id("charge", charge).status(Status::succeeded);
    add_refund(out, refund);
    return out;
}

void add_dispute(Observation& out, const Json& dispute) {
    using turnpike::DisputeStatus;
    const std::string_view id = dispute.need_text("/id");
    const std::string_view status = dispute["status"].text();
    const Money amount = amount_of(dispute, "amount");
    bool debited = status == "lost";
    bool credited = false;
    for (const Json& movement : dispute["balance_transactions"].items()) {
        (movement.need_integer("/amount") < 0 ? debited : credited) = true;
    }
    if (debited || credited) out.effect(EffectKind::dispute_debit, id, amount);
    if (credited) out.effect(EffectKind::dispute_credit, id, amount);
    const bool won = status == "won" || status == "warning_closed";
    out.dispute(id, won                ? DisputeStatus::won
                    : status == "lost" ? DisputeStatus::lost
                                       : DisputeStatus::open);
}

Observation observe_dispute(const Json& dispute, const Seen& seen) {
    const std::string_view intent = id_of(dispute["payment_intent"]);
    const std::string_view charge = id_of(dispute["charge"]);
    Observation out(mode_of(dispute, seen.mode), seen.as_of_unix_ms);
    out.provider_reference(intent.empty() ? charge : intent);
    out.provider_id("intent", intent).provider_id("charge", charge);
    out.status(Status::succeeded).reason(dispute["reason"].text());
    add_dispute(out, dispute);
    return out;
}

}  // namespace stripe
