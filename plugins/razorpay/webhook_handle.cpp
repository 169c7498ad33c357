#include "observe.hpp"
#include "razorpay.hpp"

namespace razorpay {
namespace {

using turnpike::Json;
using turnpike::Observation;
using turnpike::Observations;

bool webhook_proven(const Op& op) {
    const turnpike::Inbound inbound = op.inbound();
    turnpike::Proof proof("hmac-sha256", turnpike::Key::setting("webhook_secret"));
    proof.part(inbound.body()).claimed(inbound.header("X-Razorpay-Signature"), TPK_HEX);
    return op.prove(proof);
}

/// Bodies carry no event id: the header's, or the body's own digest.
std::string event_id(const Op& op) {
    const std::string_view given = op.inbound().header("x-razorpay-event-id");
    if (!given.empty()) return std::string(given);
    return std::string(op.host().hex(op.host().digest("sha256", op.inbound().body())));
}

void observe_event(Observations& out, std::string_view type, const Json& payload,
                   const std::string& account, const Seen& seen) {
    const Json payment = payload["payment"]["entity"];
    const Json order = payload["order"]["entity"];
    const Json refund = payload["refund"]["entity"];
    const Json dispute = payload["dispute"]["entity"];
    auto add = [&](Observation observation) { out.add(observation.account(account)); };
    if (dispute.is_object()) return add(observe_dispute(dispute, seen));
    if (payment.is_object()) {
        Observation seen_payment = observe_payment(payment, seen);
        seen_payment.reference(order["receipt"].text());
        // What is authorized may have to be captured, which only a query can do.
        if (type == "payment.authorized") seen_payment.query();
        add(seen_payment);
    }
    if (refund.is_object()) add(observe_refund(refund, seen));
}

}  // namespace

Task<Next> Razorpay::handle_webhook(Op& op) const {
    if (!webhook_proven(op)) {
        co_return fail(turnpike::Error(turnpike::ErrorKind::forged,
                                       "The X-Razorpay-Signature does not prove this body."));
    }
    const Json event = op.inbound().json();
    const std::string_view type = event.need_text("/event");
    Observations out;
    out.event(event_id(op), type);
    const bool ours = type.starts_with("payment.") || type.starts_with("order.") ||
                      type.starts_with("refund.");
    if (!ours) co_return done(out.ignore("Events of this type say nothing about orders."));
    const Seen seen{mode_, event["created_at"].integer().value_or(op.now_unix_ms() / 1000) * 1000};
    observe_event(out, type, event["payload"], std::string(event["account_id"].text()), seen);
    co_return done(out);
}

}  // namespace razorpay
