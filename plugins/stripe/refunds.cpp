#include "api.hpp"
#include "money.hpp"
#include "objects.hpp"
#include "observe.hpp"
#include "stripe.hpp"

namespace stripe {
namespace {

using turnpike::Form;
using turnpike::Json;

/// Stripe knows three reasons; any other text stays with us.
std::string_view wire_reason(std::string_view reason) {
    const bool known =
        reason == "duplicate" || reason == "fraudulent" || reason == "requested_by_customer";
    return known ? reason : std::string_view();
}

Form refund_form(const Json& input, std::string_view intent) {
    Form form;
    form.add("payment_intent", intent);
    form.add("amount", to_wire(turnpike::Money::read(input["amount"])));
    form.add_if("reason", wire_reason(input["reason"].text()));
    form.add("metadata[refund]", input.need_text("/refund"));
    form.add("metadata[reference]", input.need_text("/reference"));
    return form;
}

}  // namespace

Task<Next> Stripe::create_refund(Op& op) const {
    const std::string_view intent = co_await find_intent(op, private_key_);
    const Json refund = co_await fetch(op, post(op, private_key_, "refund.create", "/v1/refunds",
                                                refund_form(op.input(), intent)));
    co_return done(observe_refund(refund, {mode_, op.now_unix_ms()}));
}

Task<Next> Stripe::query_refund(Op& op) const {
    const std::string_view known = op.input()["refund_provider_reference"].text();
    if (!known.empty()) {
        const std::string path = "/v1/refunds/" + turnpike::percent(known);
        const Json refund = co_await fetch(op, get(private_key_, "refund.get", path));
        co_return done(observe_refund(refund, {mode_, op.now_unix_ms()}));
    }
    // No answer ever named the refund: all refunds of the payment are read, ours shows by its
    // metadata.
    const std::string_view intent = co_await find_intent(op, private_key_);
    const Json list =
        co_await fetch(op, get(private_key_, "refunds.list", "/v1/refunds",
                               Form().add("payment_intent", intent).add("limit", 100)));
    if (!list["data"].is_array()) {
        throw turnpike::Error(turnpike::ErrorKind::provider,
                              "Stripe's list of refunds cannot be read.");
    }
    turnpike::Observation out(mode_, op.now_unix_ms());
    out.provider_reference(intent)
        .provider_id("intent", intent)
        .status(turnpike::Status::succeeded);
    for (const Json& refund : list["data"].items()) add_refund(out, refund);
    co_return done(out);
}

}  // namespace stripe
