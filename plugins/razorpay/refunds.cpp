#include "money.hpp"
#include "observe.hpp"
#include "payment_state.hpp"
#include "razorpay.hpp"

namespace razorpay {
namespace {

using turnpike::Json;
using turnpike::JsonObject;
using turnpike::Money;
using turnpike::Observation;
using turnpike::Request;
using turnpike::Status;

/// Repeatable: the key makes Razorpay answer with the first refund.
Request refund_request(const Op& op, const Keys& keys, std::string_view payment) {
    const Json input = op.input();
    const std::string_view refund = input.need_text("/refund");
    JsonObject body;
    body.set("amount", to_wire(Money::read(input["amount"]))).set("speed", "normal");
    body.set("notes", JsonObject().set("refund", refund));
    body.set("receipt", refund);
    const std::string path = "/payments/" + turnpike::percent(payment) + "/refund";
    return post(op, keys, "refund.create", path, body)
        .header("X-Refund-Idempotency", op.idempotency_key())
        .retry(turnpike::Retry::idempotent);
}

}  // namespace

Task<Next> Razorpay::create_refund(Op& op) const {
    const Keys keys{key_id_, key_secret_};
    const Json leading = leading_payment(co_await order_payments(op, keys));
    const std::string_view payment = need_payment(leading, "captured");
    const Json refund = co_await fetch(op, refund_request(op, keys, payment));
    co_return done(observe_refund(refund, {mode_, op.now_unix_ms()}));
}

Task<Next> Razorpay::query_refund(Op& op) const {
    const Keys keys{key_id_, key_secret_};
    const std::string_view known = op.input()["refund_provider_reference"].text();
    if (!known.empty()) {
        const Json refund = co_await fetch(
            op, get(op, keys, "refund.get", "/refunds/" + turnpike::percent(known)));
        co_return done(observe_refund(refund, {mode_, op.now_unix_ms()}));
    }
    // No answer ever named the refund: all of the payment are read, ours shows by its notes.
    const Json leading = leading_payment(co_await order_payments(op, keys));
    const std::string_view payment = need_payment(leading, "captured");
    const std::string path = "/payments/" + turnpike::percent(payment) + "/refunds";
    const Json list = co_await fetch(op, get(op, keys, "refunds.list", path));
    if (!list["items"].is_array()) {
        throw turnpike::Error(turnpike::ErrorKind::provider,
                              "Razorpay's list of refunds cannot be read.");
    }
    Observation out(mode_, op.now_unix_ms());
    out.provider_id("payment", payment).status(Status::succeeded);
    for (const Json& refund : list["items"].items()) add_refund(out, refund);
    co_return done(out);
}

}  // namespace razorpay
