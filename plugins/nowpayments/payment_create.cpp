#include "api.hpp"
#include "decimal.hpp"
#include "nowpayments.hpp"

namespace nowpayments {
namespace {

using turnpike::Error;
using turnpike::ErrorKind;
using turnpike::Form;
using turnpike::Json;
using turnpike::JsonObject;
using turnpike::Money;
using turnpike::Observation;
using turnpike::RawJson;
using turnpike::Status;

/// Prices are numbers in the currency's unit; the digits are written, never computed.
JsonObject order_body(const Json& input, const Conversion& conversion) {
    const Money total = Money::read(input["total"]);
    JsonObject out;
    out.set("price_amount", RawJson{total.decimal()});
    out.set("price_currency", turnpike::lower(total.currency()));
    out.set("order_id", input.need_text("/reference"));
    out.set("order_description", input["description"].text_or("Payment"));
    out.set("ipn_callback_url", input.need_text("/notify_url"));
    out.set("is_fixed_rate", conversion.fixed_rate);
    return out.set("is_fee_paid_by_user", conversion.fee_paid_by_user);
}

Form minimum_query(const std::string& coin, const Conversion& conversion) {
    Form query;
    query.add("currency_from", coin).add_if("currency_to", conversion.payout_currency);
    query.add("is_fixed_rate", conversion.fixed_rate);
    return query.add("is_fee_paid_by_user", conversion.fee_paid_by_user);
}

void refuse_below(const Json& estimate, const Json& minimum, const std::string& coin) {
    const auto wanted = Decimal::read(estimate["estimated_amount"].scalar());
    const auto least = Decimal::read(minimum["min_amount"].scalar());
    if (!wanted || !least || !(*wanted < *least)) return;
    throw Error(ErrorKind::input, "At least " + std::string(minimum["min_amount"].scalar()) + ' ' +
                                      coin + " must be paid; this amount is " +
                                      std::string(estimate["estimated_amount"].scalar()) + '.')
        .field("/amount")
        .no_effect();
}

void refuse_unticked(const Json& coins, const std::string& coin) {
    for (const Json& one : coins["selectedCurrencies"].items()) {
        if (turnpike::lower(one.text()) == coin) return;
    }
    throw Error(ErrorKind::input, "The store does not take " + coin + " now.")
        .field("/method")
        .no_effect();
}

/// A memo that is lost loses the coins: it stands beside the address, never inside a text.
JsonObject deposit_action(const Json& payment) {
    JsonObject action;
    action.set("type", "crypto").set("address", payment.need_text("/pay_address"));
    action.set_if("memo", payment["payin_extra_id"].scalar());
    action.set_if("network", payment["network"].text());
    action.set("asset", payment.need_text("/pay_currency"));
    action.set("amount", payment["pay_amount"].scalar());
    return action.set_if("valid_until", payment["valid_until"].text());
}

Observation ordered(const Op& op, turnpike::Mode mode) {
    Observation out(mode, op.now_unix_ms());
    out.reference(op.input().need_text("/reference")).status(Status::requires_action);
    out.amount(Money::read(op.input()["total"]));
    return out;
}

}  // namespace

Task<Next> NowPayments::create_payment(Op& op) const {
    const std::string method = turnpike::lower(op.input()["method"].text());
    if (method.empty() || method == "invoice") co_return co_await create_invoice(op);
    if (!allowed(method)) {
        throw Error(ErrorKind::input, "The integration does not take " + method + '.')
            .field("/method")
            .no_effect();
    }
    co_return co_await create_deposit(op, method);
}

Task<Next> NowPayments::create_invoice(Op& op) const {
    const Json input = op.input();
    JsonObject body = order_body(input, conversion_);
    body.set("success_url", input.need_text("/return_url"));
    body.set("cancel_url", input["cancel_url"].text_or(input.need_text("/return_url")));
    body.set("partially_paid_url", input.need_text("/return_url"));
    if (pay_currencies_.size() == 1) body.set("pay_currency", pay_currencies_.front());
    const Json invoice =
        co_await fetch(op, post({mode_, api_key_}, "invoice.create", "/invoice", body));
    Observation out = ordered(op, mode_);
    const std::string_view id = invoice["id"].scalar();
    out.provider_reference(id).provider_id("invoice", id);
    out.redirect(invoice.need_text("/invoice_url"));
    co_return done(out);
}

Task<Next> NowPayments::create_deposit(Op& op, std::string coin) const {
    const Json input = op.input();
    const Store store{mode_, api_key_};
    const Money total = Money::read(input["total"]);
    const Json coins = co_await fetch(op, get(store, "coins.list", "/merchant/coins"));
    refuse_unticked(coins, coin);
    Form question;
    question.add("amount", total.decimal());
    question.add("currency_from", turnpike::lower(total.currency())).add("currency_to", coin);
    const Json estimate = co_await fetch(op, get(store, "estimate.get", "/estimate", question));
    const Json minimum = co_await fetch(
        op, get(store, "minimum.get", "/min-amount", minimum_query(coin, conversion_)));
    refuse_below(estimate, minimum, coin);
    JsonObject body = order_body(input, conversion_);
    body.set("pay_currency", coin);
    body.set_if("payout_currency", conversion_.payout_currency);
    body.set_if("payout_address", conversion_.payout_address);
    const Json payment = co_await fetch(op, post(store, "payment.create", "/payment", body));
    Observation out = ordered(op, mode_);
    const std::string_view id = payment["payment_id"].scalar();
    out.provider_reference(id).provider_id("payment", id);
    out.provider_status(payment["payment_status"].text()).next_action(deposit_action(payment));
    co_return done(out);
}

}  // namespace nowpayments
