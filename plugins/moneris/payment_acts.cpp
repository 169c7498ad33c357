#include "gateway.hpp"
#include "moneris.hpp"

namespace moneris {
namespace {

using turnpike::Answer;
using turnpike::EffectKind;
using turnpike::Json;
using turnpike::Money;
using turnpike::Observation;
using turnpike::Status;

/// The one completion an authorization has; of nothing it is a void.
Transaction completion(const Json& input, const std::string& amount) {
    Transaction out("completion");
    out.add("order_id", input.need_text("/reference")).add("comp_amount", amount);
    out.add("txn_number", input["provider_ids"]["preauth"].text());
    return out.add("crypt_type", "7");
}

}  // namespace

Task<Next> Moneris::capture_payment(Op& op) const {
    const Json input = op.input();
    const Money amount = Money::read(input["capture_amount"]);
    const Answer answer = co_await op.http(
        gateway_call(store(), "payment.completion", completion(input, amount.decimal())));
    const Json receipt = receipt_of(op, answer);
    if (!approved(receipt)) throw error_of(answer, receipt);
    const std::string_view id = receipt.need_text("/TransID");
    Observation out(mode_, op.now_unix_ms());
    out.provider_reference(input["provider_reference"].text());
    out.provider_id("transaction", id).status(Status::succeeded);
    out.effect(EffectKind::capture, id, amount_of(receipt.need_text("/TransAmount")));
    co_return done(out);
}

/// A ticket cannot be taken back, only an authorization; a payer who pays after this pays late.
Task<Next> Moneris::void_payment(Op& op) const {
    const Json input = op.input();
    Observation out(mode_, op.now_unix_ms());
    out.provider_reference(input["provider_reference"].text()).status(Status::cancelled);
    if (!input["provider_ids"]["preauth"].text().empty()) {
        const Answer answer =
            co_await op.http(gateway_call(store(), "payment.void", completion(input, "0.00")));
        const Json receipt = receipt_of(op, answer);
        if (!approved(receipt)) throw error_of(answer, receipt);
    }
    co_return done(out);
}

}  // namespace moneris
