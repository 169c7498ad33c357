#include "gateway.hpp"
#include "moneris.hpp"

namespace moneris {
namespace {

using turnpike::Answer;
using turnpike::EffectKind;
using turnpike::Error;
using turnpike::ErrorKind;
using turnpike::Json;
using turnpike::Money;
using turnpike::Observation;
using turnpike::RefundStatus;
using turnpike::Status;

Transaction refund_of(const Json& input) {
    const std::string_view transaction = input["provider_ids"]["transaction"].text();
    if (transaction.empty()) {
        throw Error(ErrorKind::input, "No transaction is known to refund.")
            .field("/provider_ids")
            .no_effect();
    }
    Transaction out("refund");
    out.add("order_id", input.need_text("/reference"));
    out.add("amount", Money::read(input["amount"]).decimal());
    return out.add("txn_number", transaction).add("crypt_type", "7");
}

Observation refunded(const Op& op, turnpike::Mode mode, std::string_view id, const Money& amount) {
    const Json input = op.input();
    const std::string_view ours = input.need_text("/refund");
    Observation out(mode, op.now_unix_ms());
    out.provider_id("transaction", input["provider_ids"]["transaction"].text());
    out.status(Status::succeeded).effect(EffectKind::refund, id, amount, ours);
    out.refund(id, RefundStatus::succeeded, amount, ours);
    return out;
}

}  // namespace

Task<Next> Moneris::create_refund(Op& op) const {
    const Answer answer =
        co_await op.http(gateway_call(store(), "refund.create", refund_of(op.input())));
    const Json receipt = receipt_of(op, answer);
    if (!approved(receipt)) throw error_of(answer, receipt);
    const Money amount = amount_of(receipt.need_text("/TransAmount"));
    co_return done(refunded(op, mode_, receipt.need_text("/TransID"), amount));
}

/// The gateway keeps the receipt of the last refund of an order: it is ours when its amount is.
Task<Next> Moneris::query_refund(Op& op) const {
    const Json input = op.input();
    const Money wanted = Money::read(input["amount"]);
    const std::string_view known = input["refund_provider_reference"].text();
    if (!known.empty()) co_return done(refunded(op, mode_, known, wanted));
    const Answer answer =
        co_await op.http(status_call(store(), "refund.status", refund_of(input)));
    const Json receipt = receipt_of(op, answer);
    if (!receipt.is_object()) throw error_of(answer, receipt);
    const std::string_view status = said(receipt["StatusCode"]);
    const std::string_view id = said(receipt["TransID"]);
    const bool kept = approved(receipt) && !id.empty() && status.size() == 3 && status < "050";
    if (kept && said(receipt["TransAmount"]) == wanted.decimal())
        co_return done(refunded(op, mode_, id, wanted));
    // Another refund of the order hides ours, or Moneris does not say: it stays unknown.
    if (kept || status.size() != 3 || status < "050")
        throw Error(ErrorKind::provider, "Moneris does not show this refund.");
    // Moneris never heard of it: nothing went back.
    const std::string name = std::string(input.need_text("/refund")) + ":never-sent";
    Observation out(mode_, op.now_unix_ms());
    out.provider_id("transaction", input["provider_ids"]["transaction"].text());
    out.status(Status::succeeded);
    out.refund(name, RefundStatus::failed, wanted, input.need_text("/refund"));
    co_return done(out);
}

}  // namespace moneris
