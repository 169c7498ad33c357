#include "details.hpp"
#include "paypal_express.hpp"

namespace paypal_express {
namespace {

using turnpike::Error;
using turnpike::ErrorKind;
using turnpike::Json;
using turnpike::Money;
using turnpike::Observation;
using turnpike::Retry;
using turnpike::Status;

std::string_view authorization_of(const Json& input) {
    return input["provider_ids"]["authorization"].text();
}

}  // namespace

Task<Next> PayPalExpress::capture_payment(Op& op) const {
    const Json input = op.input();
    if (authorization_of(input).empty()) {
        throw Error(ErrorKind::input, "The payment has no authorization.")
            .field("/provider_ids")
            .no_effect();
    }
    const Money amount = Money::read(input["capture_amount"]);
    Nvp fields("DoCapture", account());
    fields.add("AUTHORIZATIONID", authorization_of(input)).add("AMT", wire_amount(amount));
    fields.add("CURRENCYCODE", amount.currency()).add("COMPLETETYPE", "Complete");
    fields.add("MSGSUBID", op.idempotency_key());
    const Json made =
        co_await fetch(op, call(account(), "payment.capture", fields, Retry::never));
    Observation out = observe_transaction(made, "", mode_, op.now_unix_ms());
    co_return done(out);
}

/// A token cannot be taken back, only an authorization; a payer who pays after this pays late.
Task<Next> PayPalExpress::void_payment(Op& op) const {
    const std::string_view authorization = authorization_of(op.input());
    Observation out(mode_, op.now_unix_ms());
    out.provider_reference(op.input()["provider_reference"].text()).status(Status::cancelled);
    if (!authorization.empty()) {
        Nvp fields("DoVoid", account());
        fields.add("AUTHORIZATIONID", authorization).add("MSGSUBID", op.idempotency_key());
        co_await fetch(op, call(account(), "payment.void", fields, Retry::never));
    }
    co_return done(out);
}

}  // namespace paypal_express
