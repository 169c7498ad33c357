#include "api.hpp"
#include "nowpayments.hpp"
#include "observe.hpp"

namespace nowpayments {
namespace {

using turnpike::Json;
using turnpike::Observation;
using turnpike::Status;

turnpike::Task<Json> payment_named(Op& op, Store store, std::string id) {
    co_return co_await fetch(
        op, get(store, "payment.get", "/payment/" + turnpike::percent(id)));
}

/// An invoice has no status of its own, and which payments it has only notifications tell.
Observation nothing_known(const Op& op, turnpike::Mode mode) {
    Observation out(mode, op.now_unix_ms());
    out.status(Status::requires_action);
    return out;
}

}  // namespace

Task<Next> NowPayments::query_payment(Op& op) const {
    const std::string id(op.input()["provider_ids"]["payment"].text());
    if (id.empty()) co_return done(nothing_known(op, mode_));
    const Json payment = co_await payment_named(op, {mode_, api_key_}, id);
    co_return done(observe(payment, mode_, op.now_unix_ms()));
}

/// The page hands the payment's number to the browser.  It proves nothing, but it is one to ask
/// about, and the answer must name our order.
Task<Next> NowPayments::complete_payment(Op& op) const {
    std::string id(op.input()["provider_ids"]["payment"].text());
    if (id.empty()) id = op.inbound().query_form()["NP_id"].text();
    if (id.empty()) co_return done(nothing_known(op, mode_));
    const Json payment = co_await payment_named(op, {mode_, api_key_}, id);
    if (payment["order_id"].text() != op.input().need_text("/reference"))
        co_return done(nothing_known(op, mode_));
    co_return done(observe(payment, mode_, op.now_unix_ms()));
}

}  // namespace nowpayments
