#include "api.hpp"
#include "observe.hpp"
#include "paystack.hpp"

namespace paystack {
namespace {

using turnpike::Form;
using turnpike::Json;
using turnpike::JsonObject;
using turnpike::Money;
using turnpike::Observation;
using turnpike::Status;

std::string_view transaction_of(const Json& input) {
    const std::string_view id = input["provider_ids"]["transaction"].text();
    return id.empty() ? input["provider_reference"].text_or(input.need_text("/reference")) : id;
}

Observation about_payment(const Op& op, turnpike::Mode mode) {
    Observation out(mode, op.now_unix_ms());
    out.provider_reference(op.input()["provider_reference"].text()).status(Status::succeeded);
    return out;
}

turnpike::Task<Json> list_refunds(Op& op, const std::string& key) {
    const Json list = co_await fetch(
        op, get(key, "refunds.list", "/refund",
                Form().add("transaction", transaction_of(op.input())).add("perPage", 100)));
    if (!list.is_array()) {
        throw turnpike::Error(turnpike::ErrorKind::provider,
                              "Paystack's list of refunds cannot be read.");
    }
    co_return list;
}

}  // namespace

/// Paystack has no key for repeating a refund: ours stands in the note, and is looked for before
/// anything is asked a second time.
Task<Next> Paystack::create_refund(Op& op) const {
    const Json input = op.input();
    const std::string_view refund_id = input.need_text("/refund");
    if (op.attempt() > 0) {
        const Json list = co_await list_refunds(op, private_key_);
        for (const Json& refund : list.items()) {
            if (refund["merchant_note"].text() != refund_id) continue;
            Observation known = about_payment(op, mode_);
            add_refund(known, refund);
            co_return done(known);
        }
    }
    const Money amount = Money::read(input["amount"]);
    JsonObject body;
    body.set("transaction", transaction_of(input)).set("amount", to_wire(amount));
    body.set("currency", amount.currency()).set("merchant_note", refund_id);
    body.set_if("customer_note", input["reason"].text());
    const Json refund =
        co_await fetch(op, post(private_key_, "refund.create", "/refund", body));
    Observation out = about_payment(op, mode_);
    add_refund(out, refund);
    co_return done(out);
}

Task<Next> Paystack::query_refund(Op& op) const {
    const std::string_view known = op.input()["refund_provider_reference"].text();
    Observation out = about_payment(op, mode_);
    if (!known.empty()) {
        const Json refund = co_await fetch(
            op, get(private_key_, "refund.get", "/refund/" + turnpike::percent(known)));
        add_refund(out, refund);
        co_return done(out);
    }
    const Json list = co_await list_refunds(op, private_key_);
    for (const Json& refund : list.items()) add_refund(out, refund);
    co_return done(out);
}

}  // namespace paystack
