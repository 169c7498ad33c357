#include "objects.hpp"
#include "observe.hpp"
#include "signature.hpp"
#include "stripe.hpp"

namespace stripe {
namespace {

using turnpike::Json;
using turnpike::Observation;
using turnpike::Observations;
using turnpike::Status;

Observation observe_expired_charge(const Json& charge, const Seen& seen) {
    return observe_charge(charge, seen).status(Status::expired);
}

/// The fee is known now, but the event names only the balance transaction.
Observation observe_updated_charge(const Json& charge, const Seen& seen) {
    return observe_charge(charge, seen).query();
}

Observation observe_failed_session(const Json& session, const Seen& seen) {
    return observe_session(session, seen).status(Status::failed);
}

struct EventKind {
    std::string_view type;
    Observation (*observe)(const Json&, const Seen&);
};
constexpr EventKind kEvents[] = {
    {"checkout.session.completed", observe_session},
    {"checkout.session.async_payment_succeeded", observe_session},
    {"checkout.session.async_payment_failed", observe_failed_session},
    {"checkout.session.expired", observe_session},
    {"payment_intent.succeeded", observe_intent},
    {"payment_intent.payment_failed", observe_intent},
    {"payment_intent.canceled", observe_intent},
    {"payment_intent.processing", observe_intent},
    {"payment_intent.requires_action", observe_intent},
    {"payment_intent.amount_capturable_updated", observe_intent},
    {"charge.updated", observe_updated_charge},
    {"charge.refunded", observe_charge},
    {"charge.expired", observe_expired_charge},
    {"refund.created", observe_refund},
    {"refund.updated", observe_refund},
    {"refund.failed", observe_refund},
    {"charge.refund.updated", observe_refund},
    {"charge.dispute.created", observe_dispute},
    {"charge.dispute.updated", observe_dispute},
    {"charge.dispute.closed", observe_dispute},
    {"charge.dispute.funds_withdrawn", observe_dispute},
    {"charge.dispute.funds_reinstated", observe_dispute},
};

const EventKind* kind_of(std::string_view type) {
    for (const EventKind& kind : kEvents) {
        if (kind.type == type) return &kind;
    }
    return nullptr;
}

/// A session of another mode of Checkout, or a PaymentIntent nobody started here, is the account's
/// other business.
bool is_setup(const Json& object) {
    const std::string_view mode = object["mode"].text();
    return object["object"].text() == "checkout.session" && !mode.empty() && mode != "payment";
}

}  // namespace

Task<Next> Stripe::handle_webhook(Op& op) const {
    if (!proven(op)) {
        co_return fail(turnpike::Error(turnpike::ErrorKind::forged,
                                       "The Stripe-Signature header does not prove this body."));
    }
    const Json event = op.inbound().json();
    const std::string_view type = event.need_text("/type");
    const Json object = event["data"]["object"];
    const EventKind* kind = kind_of(type);
    Observations out;
    out.event(event.need_text("/id"), type);
    if (kind == nullptr)
        co_return done(out.ignore("Events of this type say nothing about payments."));
    if (is_setup(object)) co_return done(out.ignore("The session is not for a payment."));
    const Seen seen{mode_of(event, mode_), event.need_integer("/created") * 1000};
    co_return done(out.add(kind->observe(object, seen)));
}

}  // namespace stripe
