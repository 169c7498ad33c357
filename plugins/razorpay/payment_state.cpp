#include "payment_state.hpp"

#include "money.hpp"
#include "observe.hpp"
#include "razorpay.hpp"

namespace razorpay {
namespace {

using turnpike::Json;
using turnpike::JsonObject;
using turnpike::Observation;
using turnpike::Status;

int weight(const Json& payment) {
    const std::string_view status = payment["status"].text();
    if (payment["captured"].is_true() || status == "captured") return 3;
    return status == "authorized" ? 2 : 1;
}

std::string_view order_id(const Json& input) {
    const std::string_view known = input["provider_ids"]["order"].text();
    if (known.empty()) {
        throw turnpike::Error(turnpike::ErrorKind::input, "The payment has no Razorpay order.")
            .field("/provider_ids")
            .no_effect();
    }
    return known;
}

bool captures_at_once(const Json& input) {
    return input["provider_data"]["capture"].text() != "manual";
}

Observation unpaid(const Op& op, turnpike::Mode mode) {
    Observation out(mode, op.now_unix_ms());
    out.provider_reference(order_id(op.input())).status(Status::requires_action);
    return out;
}

}  // namespace

turnpike::Task<Json> order_payments(Op& op, const Keys& keys) {
    const std::string path = "/orders/" + turnpike::percent(order_id(op.input())) + "/payments";
    const Json list = co_await fetch(op, get(op, keys, "order.payments", path));
    if (!list["items"].is_array()) {
        throw turnpike::Error(turnpike::ErrorKind::provider,
                              "Razorpay's list of the order's payments cannot be read.");
    }
    co_return list["items"];
}

Json leading_payment(const Json& payments) {
    Json best;
    for (const Json& payment : payments.items()) {
        if (!best || weight(payment) > weight(best)) best = payment;
    }
    return best;
}

std::string_view need_payment(const Json& leading, std::string_view status) {
    if (!leading || (status == "authorized") != (weight(leading) == 2) || weight(leading) == 1) {
        throw turnpike::Error(turnpike::ErrorKind::declined,
                              "No payment of the order is " + std::string(status) + ".")
            .no_effect();
    }
    return leading.need_text("/id");
}

Task<Next> Razorpay::query_payment(Op& op) const {
    const Keys keys{key_id_, key_secret_};
    const Json payments = co_await order_payments(op, keys);
    const Json leading = leading_payment(payments);
    if (!leading) co_return done(unpaid(op, mode_));
    if (weight(leading) == 2 && captures_at_once(op.input())) {
        // Accounts that do not capture by themselves give the money back after some days.
        JsonObject body;
        body.set("amount", leading.need_integer("/amount"));
        body.set("currency", leading.need_text("/currency"));
        const std::string path =
            "/payments/" + turnpike::percent(leading.need_text("/id")) + "/capture";
        const Json captured = co_await fetch(op, post(op, keys, "payment.capture", path, body));
        co_return done(observe_payment(captured, {mode_, op.now_unix_ms()}));
    }
    Observation out = observe_payment(leading, {mode_, op.now_unix_ms()});
    for (const Json& other : payments.items()) {
        const bool also = other["id"].text() != leading["id"].text() && weight(other) == 3;
        if (also) add_payment(out, other);
    }
    co_return done(out);
}

/// The browser's word, signed or not, is only a reason to ask: the order tells what happened.
Task<Next> Razorpay::complete_payment(Op& op) const {
    const std::string_view body = op.inbound().body();
    const size_t at = body.find("razorpay_signature=");
    const std::string_view paid = op.inbound().form()["razorpay_payment_id"].text();
    if (at != std::string_view::npos && !paid.empty()) {
        turnpike::Proof proof("hmac-sha256", turnpike::Key::setting("key_secret"));
        proof.part(order_id(op.input())).part("|").part(paid);
        proof.claimed(body.substr(at + 19, 64), TPK_HEX);
        if (!op.prove(proof)) op.log(TPK_LOG_WARN, "The return's signature does not fit.");
    }
    co_return co_await query_payment(op);
}

}  // namespace razorpay
