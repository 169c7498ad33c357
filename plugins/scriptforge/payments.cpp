#include "scriptforge.hpp"

namespace script {
namespace {

using turnpike::EffectKind;
using turnpike::Observation;
using turnpike::RefundStatus;
using turnpike::Status;

/// Amounts are decimal texts; a JavaScript number would have lost digits already.
Money money_of(const Json& value, std::string_view currency) {
    const auto money = Money::from_decimal(value.text(), currency);
    if (!money) throw Error(ErrorKind::provider, "The script must give amounts as texts such as \"10.00\", and their currency.");
    return *money;
}

std::string decimal(const Json& money) { return Money::read(money).decimal(); }

Status status_of(std::string_view text) {
    for (const Status one : {Status::requires_action, Status::authorized, Status::succeeded, Status::failed, Status::cancelled, Status::expired})
        if (text == turnpike::to_text(one)) return one;
    return Status::pending;
}

RefundStatus refund_status(std::string_view text) {
    if (text == "succeeded") return RefundStatus::succeeded;
    return text == "failed" ? RefundStatus::failed : RefundStatus::pending;
}

/// One object or a list of them.
std::vector<Json> all_of(const Json& value) {
    if (value.is_array()) return value.items();
    return value.is_object() ? std::vector<Json>{value} : std::vector<Json>{};
}

/// A payment as a script sees it.
JsonObject payment_json(const Json& input) {
    JsonObject out;
    out.set("payment", input["payment"].text()).set("reference", input["reference"].text()).set("currency", input["total"]["currency"].text());
    for (const char* name : {"amount", "surcharge", "total"}) out.set(name, decimal(input[name]));
    out.set_if("providerReference", input["provider_reference"].text()).set_if("description", input["description"].text()).set_if("method", input["method"].text());
    out.set_if("returnUrl", input["return_url"].text()).set_if("cancelUrl", input["cancel_url"].text()).set_if("notifyUrl", input["notify_url"].text());
    for (const char* name : {"customer", "metadata"})
        if (input[name]) out.set(name, turnpike::RawJson{json_text(input[name])});
    if (input["provider_data"]) out.set("data", turnpike::RawJson{json_text(input["provider_data"])});
    return out;
}

void add_refund(Observation& out, const Json& refund, std::string_view currency) {
    const Money amount = money_of(refund["amount"], refund["currency"].text_or(currency));
    const std::string_view id = refund.need_text("/id"), ours = refund["refund"].text();
    const RefundStatus status = refund_status(refund["status"].text());
    out.effect(EffectKind::refund, id, amount, ours);
    if (status == RefundStatus::failed) out.effect(EffectKind::refund_failed, id, amount, ours);
    out.refund(id, status, amount, ours);
}

}  // namespace

/// What a script says of a payment: {reference?, providerReference?, status, captured: {id, amount}, refunds, fee, redirect, ...}.
Observation ScriptForge::observe(const Op& op, const Json& said, const Json& input) const {
    const std::string_view currency = said["currency"].text_or(input["total"]["currency"].text());
    Observation out(mode_, op.now_unix_ms());
    out.reference(said["reference"].text_or(input["reference"].text())).provider_reference(said["providerReference"].text_or(input["provider_reference"].text()));
    out.status(status_of(said["status"].text())).provider_status(said["providerStatus"].text()).reason(said["reason"].text());
    if (said["amount"].is_string()) out.amount(money_of(said["amount"], currency));
    for (const Json& one : all_of(said["captured"])) out.effect(EffectKind::capture, one.need_text("/id"), money_of(one["amount"], one["currency"].text_or(currency)));
    for (const Json& one : all_of(said["refunds"])) add_refund(out, one, currency);
    if (said["fee"].is_string()) out.fee(money_of(said["fee"], said["feeCurrency"].text_or(currency)));
    else if (said["captured"]) out.fee_unavailable();
    if (said["data"].is_object()) {
        JsonObject data;
        for (const std::string_view name : said["data"].names()) data.set(name, turnpike::RawJson{json_text(said["data"][name])});
        out.provider_data(data);
    }
    return out;
}

Task<Next> ScriptForge::create_payment(Op& op) const {
    const Json input = op.input();
    const Ended ended = co_await ask(op, "createPayment", payment_json(input).json());
    if (!ended.ok()) co_return fail(error_of(ended, false));
    const Json said(op.host(), ended.value);
    Observation out = observe(op, said, input);
    out.amount(Money::read(input["total"]));
    const std::string_view url = said["redirect"].text();
    if (!url.empty()) {
        if (!said["status"].is_string()) out.status(Status::requires_action);
        out.redirect(url);
    } else if (const std::string_view text = said["instructions"].text(); !text.empty()) {
        if (!said["status"].is_string()) out.status(Status::requires_action);
        out.next_action(JsonObject().set("type", "instructions").set("text", text).set("reference", input["reference"].text()));
    }
    co_return done(out);
}

Task<Next> ScriptForge::query_payment(Op& op) const {
    const Json input = op.input();
    const Ended ended = co_await ask(op, "queryPayment", payment_json(input).json());
    if (!ended.ok()) co_return fail(error_of(ended, true));
    co_return done(observe(op, Json(op.host(), ended.value), input));
}

Task<Next> ScriptForge::create_refund(Op& op) const {
    const Json input = op.input();
    JsonObject asked = payment_json(input);
    asked.set("refund", input.need_text("/refund")).set("refundAmount", decimal(input["amount"])).set("requestId", op.idempotency_key());
    const Ended ended = co_await ask(op, "refund", asked.json());
    if (!ended.ok()) co_return fail(error_of(ended, false));
    const Json said(op.host(), ended.value);
    Observation out(mode_, op.now_unix_ms());
    out.reference(input["reference"].text()).provider_reference(input["provider_reference"].text()).status(Status::succeeded);
    const Money amount = Money::read(input["amount"]);
    const std::string_view id = said.need_text("/id"), ours = input["refund"].text();
    const RefundStatus status = refund_status(said["status"].text());
    if (status != RefundStatus::failed) out.effect(EffectKind::refund, id, amount, ours);
    co_return done(out.refund(id, status, amount, ours));
}

/// The payment itself tells of its refunds.
Task<Next> ScriptForge::query_refund(Op& op) const {
    const Json input = op.input();
    const Ended ended = co_await ask(op, "queryPayment", payment_json(input).json());
    if (!ended.ok()) co_return fail(error_of(ended, true));
    co_return done(observe(op, Json(op.host(), ended.value), input));
}

/// A message counts only when prove() said yes, whatever the script returns.
Task<Next> ScriptForge::handle_webhook(Op& op) const {
    const turnpike::Inbound message = op.inbound();
    JsonObject headers;
    const turnpike::Headers all_headers = message.headers();
    for (uint32_t i = 0; i < all_headers.size(); ++i) headers.set(turnpike::utf8_or_replaced(turnpike::lower(all_headers.name(i))), turnpike::utf8_or_replaced(all_headers.value(i)));
    const Json body = message.json();
    JsonObject data;
    data.set("method", message.method()).set("query", turnpike::utf8_or_replaced(message.query())).set("body", turnpike::utf8_or_replaced(message.body()));
    data.set("headers", headers);
    if (body) data.set("json", turnpike::RawJson{json_text(body)});
    const Ended ended = co_await ask(op, "handleWebhook", data.json());
    if (!ended.proven) throw Error(ErrorKind::forged, ended.ok() ? "The script did not prove the message." : "The message could not be proven: " + ended.message);
    if (!ended.ok()) co_return fail(error_of(ended, true));
    const Json said(op.host(), ended.value);
    turnpike::Observations out;
    const std::vector<Json> all = all_of(said);
    for (const Json& one : all) {
        if (one["event"].is_string()) out.event(one["event"].text(), one["type"].text());
        out.add(observe(op, one, Json()));
    }
    if (all.empty()) out.ignore("the script has nothing to say of it");
    co_return done(out);
}

}  // namespace script
