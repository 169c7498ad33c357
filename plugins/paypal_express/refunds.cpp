#include "paypal_express.hpp"
#include "turnpike/observation.hpp"
#include "turnpike/time.hpp"

namespace paypal_express {
namespace {

using turnpike::EffectKind;
using turnpike::Json;
using turnpike::Money;
using turnpike::Observation;
using turnpike::RefundStatus;
using turnpike::Retry;
using turnpike::Status;

/// A delayed refund, out of a bank account, takes days; it keeps the date it was made on.
constexpr int64_t kRefundsBackMs = 30LL * 86400 * 1000;

std::string_view transaction_named(const Json& input) {
    const std::string_view id = input["provider_ids"]["transaction"].text();
    if (id.empty()) {
        throw turnpike::Error(turnpike::ErrorKind::input, "No transaction is known to refund.")
            .field("/provider_ids")
            .no_effect();
    }
    return id;
}

Observation about_refund(const Op& op, turnpike::Mode mode) {
    Observation out(mode, op.now_unix_ms());
    out.provider_id("transaction", transaction_named(op.input())).status(Status::succeeded);
    return out;
}

}  // namespace

/// "Full" takes no amount, and is only right when nothing went back before.
Task<Next> PayPalExpress::create_refund(Op& op) const {
    const Json input = op.input();
    const Money amount = Money::read(input["amount"]);
    const bool all = wire_amount(amount) == wire_amount(Money::read(input["total"]));
    Nvp fields("RefundTransaction", account());
    fields.add("TRANSACTIONID", transaction_named(input));
    fields.add("REFUNDTYPE", all ? "Full" : "Partial");
    if (!all) fields.add("AMT", wire_amount(amount)).add("CURRENCYCODE", amount.currency());
    fields.add_if("NOTE", turnpike::cut(input["reason"].text(), 255));
    fields.add("MSGSUBID", op.idempotency_key());
    const Json made = co_await fetch(op, call(account(), "refund.create", fields, Retry::never));
    const std::string_view id = made.need_text("/REFUNDTRANSACTIONID");
    const std::string_view ours = input.need_text("/refund");
    Observation out = about_refund(op, mode_);
    const Money gross = money_of(made, "GROSSREFUNDAMT", amount.currency());
    out.effect(EffectKind::refund, id, gross, ours);
    const auto fee = Money::from_decimal(made["FEEREFUNDAMT"].text(), amount.currency());
    if (fee && !fee->zero() && !fee->negative()) out.effect(EffectKind::fee_refund, id, *fee);
    const bool delayed = turnpike::lower(made["REFUNDSTATUS"].text()) == "delayed";
    out.refund(id, delayed ? RefundStatus::pending : RefundStatus::succeeded, gross, ours);
    co_return done(out);
}

/// A known refund is a transaction of its own; an unknown one shows among those under our reference.
Task<Next> PayPalExpress::query_refund(Op& op) const {
    const Json input = op.input();
    const std::string_view known = input["refund_provider_reference"].text();
    Observation out = about_refund(op, mode_);
    Nvp search("TransactionSearch", account());
    search.add("STARTDATE", turnpike::rfc3339(op.now_unix_ms() - kRefundsBackMs));
    search.add("INVNUM", input.need_text("/reference"));
    const Json rows =
        co_await fetch(op, call(account(), "refunds.search", search, Retry::idempotent));
    for (int i = 0;; ++i) {
        const std::string n = std::to_string(i);
        const std::string_view id = rows["L_TRANSACTIONID" + n].text();
        if (id.empty()) break;
        if (rows["L_TYPE" + n].text() != "Refund") continue;
        const Money amount =
            money_of(rows, "L_AMT" + n, rows["L_CURRENCYCODE" + n].text()).absolute();
        out.effect(EffectKind::refund, id, amount);
        const bool complete = rows["L_STATUS" + n].text() == "Completed";
        if (known == id && complete) out.refund(id, RefundStatus::succeeded, amount);
    }
    co_return done(out);
}

}  // namespace paypal_express
