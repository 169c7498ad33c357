#include "api.hpp"
#include "observe.hpp"
#include "paymongo.hpp"

namespace paymongo {
namespace {

using turnpike::Form;
using turnpike::Json;
using turnpike::JsonObject;
using turnpike::Money;
using turnpike::Observation;
using turnpike::Status;

std::string_view paid_with(const Json& input) {
    const std::string_view payment = input["provider_ids"]["payment"].text();
    if (payment.empty()) {
        throw turnpike::Error(turnpike::ErrorKind::input, "No payment is known to refund.")
            .field("/provider_ids")
            .no_effect();
    }
    return payment;
}

std::string_view wire_reason(std::string_view reason) {
    const bool known = reason == "duplicate" || reason == "fraudulent";
    return known ? reason : "requested_by_customer";
}

JsonObject refund_attributes(const Json& input) {
    const Money amount = Money::read(input["amount"]);
    const std::string_view refund = input.need_text("/refund");
    JsonObject out;
    out.set("amount", amount.minor()).set("payment_id", paid_with(input));
    out.set("reason", wire_reason(input["reason"].text())).set("notes", refund);
    return out.set("metadata", JsonObject().set("refund", refund));
}

Observation about(const Op& op, turnpike::Mode mode) {
    const std::string_view payment = paid_with(op.input());
    Observation out(mode, op.now_unix_ms());
    out.provider_id("payment", payment).status(Status::succeeded);
    return out;
}

/// The newest hundred refunds of the account that belong to this payment.
turnpike::Task<std::vector<Json>> refunds_of(Op& op, const std::string& key) {
    const std::string_view payment = paid_with(op.input());
    const Json list =
        co_await fetch(op, get(op, key, "refunds.list", "/refunds", Form().add("limit", 100)));
    std::vector<Json> out;
    for (const Json& refund : list.items()) {
        if (refund["attributes"]["payment_id"].text() == payment) out.push_back(refund);
    }
    co_return out;
}

}  // namespace

Task<Next> PayMongo::create_refund(Op& op) const {
    const std::string_view ours = op.input().need_text("/refund");
    if (op.attempt() > 0) {
        const std::vector<Json> made = co_await refunds_of(op, private_key_);
        for (const Json& refund : made) {
            if (refund["attributes"]["metadata"]["refund"].text() != ours) continue;
            Observation known = about(op, mode_);
            add_refund(known, refund);
            co_return done(known);
        }
    }
    const Json refund = co_await fetch(
        op, post(op, private_key_, "refund.create", "/refunds", refund_attributes(op.input())));
    Observation out = about(op, mode_);
    add_refund(out, refund);
    co_return done(out);
}

Task<Next> PayMongo::query_refund(Op& op) const {
    const std::string_view known = op.input()["refund_provider_reference"].text();
    Observation out = about(op, mode_);
    if (!known.empty()) {
        const Json refund = co_await fetch(
            op, get(op, private_key_, "refund.get", "/refunds/" + turnpike::percent(known)));
        add_refund(out, refund);
        co_return done(out);
    }
    const std::vector<Json> list = co_await refunds_of(op, private_key_);
    for (const Json& refund : list) add_refund(out, refund);
    co_return done(out);
}

}  // namespace paymongo
