#include "api.hpp"
#include "paymongo.hpp"

namespace paymongo {
namespace {

using turnpike::Answer;
using turnpike::Json;
using turnpike::JsonArray;
using turnpike::JsonObject;
using turnpike::Request;

constexpr std::string_view kLongKnown[] = {"checkout_session.payment.paid", "payment.paid",
                                           "payment.failed", "payment.refunded",
                                           "payment.refund.updated", "link.payment.paid"};
constexpr std::string_view kNewer[] = {"refund.succeeded", "dispute.created", "dispute.resolved"};

Request list_request(const Op& op, const std::string& key) {
    return get(op, key, "webhooks.list", "/webhooks").secret_answer();
}

/// A name PayMongo does not know makes it refuse the whole webhook.
Request make_request(const Op& op, const std::string& key, bool with_newer) {
    JsonArray events;
    for (const std::string_view name : kLongKnown) events.add(name);
    for (const std::string_view name : kNewer) {
        if (with_newer) events.add(name);
    }
    JsonObject attributes;
    attributes.set("url", op.input().need_text("/url")).set("events", events);
    return post(op, key, with_newer ? "webhook.create" : "webhook.create_old", "/webhooks",
                attributes)
        .secret_answer();
}

Next registered(const Json& webhook) {
    JsonObject settings;
    settings.set("webhook_secret", webhook["attributes"].need_text("/secret_key"));
    JsonObject out;
    out.set("settings", settings).set("provider_reference", webhook.need_text("/id"));
    return done(out);
}

}  // namespace

/// An address can be registered once: a webhook that has it is used as it is.
Task<Next> PayMongo::register_webhook(Op& op) const {
    const std::string_view url = op.input().need_text("/url");
    const Json list = co_await fetch(op, list_request(op, private_key_));
    for (const Json& webhook : list.items()) {
        if (webhook["attributes"]["url"].text() != url) continue;
        if (webhook["attributes"]["status"].text() == "enabled") co_return registered(webhook);
        const std::string path =
            "/webhooks/" + turnpike::percent(webhook.need_text("/id")) + "/enable";
        const JsonObject nothing;
        const Json enabled = co_await fetch(
            op, post(op, private_key_, "webhook.enable", path, nothing).secret_answer());
        co_return registered(enabled);
    }
    Answer answer = co_await op.http(make_request(op, private_key_, true));
    if (answer.status() == 400 && error_code(answer).starts_with("parameter_"))
        answer = co_await op.http(make_request(op, private_key_, false));
    co_return registered(data_of(answer));
}

}  // namespace paymongo
