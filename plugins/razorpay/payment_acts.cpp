#include "money.hpp"
#include "observe.hpp"
#include "payment_state.hpp"
#include "razorpay.hpp"

namespace razorpay {

using turnpike::Json;
using turnpike::JsonObject;
using turnpike::Money;
using turnpike::Observation;
using turnpike::Status;

Task<Next> Razorpay::capture_payment(Op& op) const {
    const Keys keys{key_id_, key_secret_};
    const Json leading = leading_payment(co_await order_payments(op, keys));
    const std::string_view id = need_payment(leading, "authorized");
    const Money amount = Money::read(op.input()["capture_amount"]);
    JsonObject body;
    body.set("amount", to_wire(amount)).set("currency", amount.currency());
    const std::string path = "/payments/" + turnpike::percent(id) + "/capture";
    const Json payment = co_await fetch(op, post(op, keys, "payment.capture", path, body));
    co_return done(observe_payment(payment, {mode_, op.now_unix_ms()}));
}

/// Razorpay has no void: what is not captured goes back to the payer by itself.  An order cannot be
/// closed either, so a payment made on it after this still counts, late.
Task<Next> Razorpay::void_payment(Op& op) const {
    const Json leading = leading_payment(co_await order_payments(op, {key_id_, key_secret_}));
    if (leading && (leading["captured"].is_true() || leading["status"].text() == "captured")) {
        co_return fail(turnpike::Error(turnpike::ErrorKind::declined,
                                       "The payment is captured: refund it instead.")
                           .provider_code("captured")
                           .no_effect());
    }
    Observation out(mode_, op.now_unix_ms());
    out.provider_reference(op.input()["provider_ids"]["order"].text()).status(Status::cancelled);
    co_return done(out);
}

}  // namespace razorpay
