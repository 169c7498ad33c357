#include "api.hpp"
#include "stripe.hpp"

namespace stripe {
namespace {

constexpr std::string_view kSubscribed[] = {
    "checkout.session.completed",
    "checkout.session.async_payment_succeeded",
    "checkout.session.async_payment_failed",
    "checkout.session.expired",
    "payment_intent.succeeded",
    "payment_intent.payment_failed",
    "payment_intent.canceled",
    "payment_intent.processing",
    "payment_intent.requires_action",
    "payment_intent.amount_capturable_updated",
    "charge.updated",
    "charge.refunded",
    "charge.expired",
    "charge.refund.updated",
    "charge.dispute.created",
    "charge.dispute.updated",
    "charge.dispute.closed",
    "charge.dispute.funds_withdrawn",
    "charge.dispute.funds_reinstated",
};

}  // namespace

Task<Next> Stripe::register_webhook(Op& op) const {
    const std::string_view url = op.input().need_text("/url");
    if (mode_ == turnpike::Mode::live && !url.starts_with("https://")) {
        co_return fail(
            turnpike::Error(turnpike::ErrorKind::input, "Stripe sends live webhooks to https only.")
                .field("/url")
                .no_effect());
    }
    turnpike::Form form;
    form.add("url", url).add("api_version", kApiVersion);
    int index = 0;
    for (const std::string_view event : kSubscribed) {
        form.add("enabled_events[" + std::to_string(index++) + "]", event);
    }
    const turnpike::Json endpoint = co_await fetch(
        op,
        post(op, private_key_, "webhook.create", "/v1/webhook_endpoints", form).secret_answer());
    turnpike::JsonObject settings;
    settings.set("webhook_secret", endpoint.need_text("/secret"));
    co_return done(turnpike::JsonObject()
                       .set("settings", settings)
                       .set("provider_reference", endpoint.need_text("/id")));
}

}  // namespace stripe
