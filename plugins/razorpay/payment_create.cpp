#include "api.hpp"
#include "money.hpp"
#include "razorpay.hpp"

namespace razorpay {
namespace {

using turnpike::Answer;
using turnpike::Form;
using turnpike::Json;
using turnpike::JsonObject;
using turnpike::Money;
using turnpike::Observation;
using turnpike::Request;
using turnpike::Status;

/// Razorpay gives uncaptured money back after at most three days.
constexpr int kCaptureWithinMinutes = 4320;
constexpr int kAutomaticWithinMinutes = 12;

JsonObject order_body(const Json& input) {
    const std::string_view reference = input.need_text("/reference");
    const Money total = Money::read(input["total"]);
    const bool manual = input["capture"].text() == "manual";
    JsonObject options;
    options.set("automatic_expiry_period", kAutomaticWithinMinutes);
    options.set("manual_expiry_period", kCaptureWithinMinutes);
    options.set("refund_speed", "normal");
    JsonObject capture;
    capture.set("capture", manual ? "manual" : "automatic").set("capture_options", options);
    JsonObject body;
    body.set("amount", to_wire(total)).set("currency", total.currency());
    body.set("receipt", reference);
    body.set("notes", JsonObject().set("reference", reference));
    body.set("payment", capture);
    return body;
}

/// What Razorpay's script is given.  There is no field for a card in it or on our page.
JsonObject checkout_options(const Json& input, const Json& order, const std::string& key_id,
                            const std::string& company) {
    JsonObject options;
    options.set("key", key_id).set("order_id", order.need_text("/id"));
    options.set("amount", order.need_integer("/amount"));
    options.set("currency", order.need_text("/currency"));
    options.set_if("name", company);
    options.set_if("description", input["description"].text());
    JsonObject prefill;
    prefill.set_if("email", input["customer"]["email"].text());
    prefill.set_if("name", input["customer"]["name"].text());
    if (!prefill.empty()) options.set("prefill", prefill);
    options.set("notes", JsonObject().set("reference", input.need_text("/reference")));
    options.set("callback_url", input.need_text("/return_url")).set("redirect", true);
    return options;
}

/// The order an earlier request made; an empty Json when there is none.
turnpike::Task<Json> find_order(Op& op, const Keys& keys) {
    const std::string_view reference = op.input().need_text("/reference");
    const Json list = co_await fetch(
        op, get(op, keys, "orders.find", "/orders", Form().add("receipt", reference)));
    for (const Json& order : list["items"].items()) {
        if (order["receipt"].text() == reference) co_return order;
    }
    co_return Json();
}

/// Creates the order, or finds the one whose answer got lost: Razorpay has no key for repeating.
turnpike::Task<Json> order_for(Op& op, const Keys& keys) {
    if (op.attempt() > 0) {
        const Json made = co_await find_order(op, keys);
        if (made) co_return made;
    }
    const Answer answer =
        co_await op.http(post(op, keys, "order.create", "/orders", order_body(op.input())));
    if (answer.ok() && answer.json()["entity"].text() == "order") co_return answer.json();
    if (answer.answered() && answer.status() < 500) throw error_of(answer);
    const Json made = co_await find_order(op, keys);
    if (!made) throw error_of(answer);
    co_return made;
}

}  // namespace

Task<Next> Razorpay::create_payment(Op& op) const {
    const Json input = op.input();
    const Json order = co_await order_for(op, {key_id_, key_secret_});
    JsonObject data;
    data.set("script", "https://checkout.razorpay.com/v1/checkout.js");
    data.set("options", checkout_options(input, order, key_id_, company_));
    data.set("cancel_url", input["cancel_url"].text_or(input.need_text("/return_url")));
    JsonObject action;
    action.set("type", "page").set("page", "checkout").set("data", data);
    Observation out(mode_, op.now_unix_ms());
    out.reference(input.need_text("/reference")).provider_reference(order.need_text("/id"));
    out.provider_id("order", order.need_text("/id"));
    out.amount(from_wire(order.need_integer("/amount"), order.need_text("/currency")));
    out.status(Status::requires_action).provider_status(order["status"].text());
    out.next_action(action);
    out.provider_data(JsonObject().set("capture", input["capture"].text_or("automatic")));
    co_return done(out);
}

}  // namespace razorpay
