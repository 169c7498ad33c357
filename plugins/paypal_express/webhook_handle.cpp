#include "../paypal_common/ipn.hpp"
#include "paypal_express.hpp"

namespace paypal_express {
namespace {

using turnpike::Answer;
using turnpike::Json;
using turnpike::Observations;
using turnpike::Retry;

bool is_taken(const Json& fields) {
    const std::string_view type = fields["txn_type"].text();
    return type == "express_checkout" || type == "cart" || type == "web_accept" ||
           paypal::is_about_reversal(fields);
}

/// Whether the message names the merchant's own address as the receiver.
bool names_receiver(const Json& fields, const std::string& email) {
    if (email.empty()) return false;
    const std::string own = turnpike::lower(email);
    for (const char* name : {"receiver_email", "business", "receiver_id"}) {
        if (turnpike::lower(fields[name].text()) == own) return true;
    }
    return false;
}

/// PayPal shows an account its own transactions only; where the account paid, the amount is negative.
turnpike::Task<bool> arrived_here(Op& op, Account account, std::string id) {
    Nvp question("GetTransactionDetails", account);
    question.add("TRANSACTIONID", id);
    const Answer answer =
        co_await op.http(call(account, "receiver.check", question, Retry::idempotent));
    const Json details = fields_of(op, answer);
    if (succeeded(details))
        co_return !money_of(details, "AMT", details["CURRENCYCODE"].text()).negative();
    if (has_code(details, "10004") || has_code(details, "10007")) co_return false;
    throw error_of(op, answer);
}

}  // namespace

/// NVP has no webhooks: news come as IPN to the address that was named with the payment.  VERIFIED says
/// that PayPal sent a message, not whose money it is about: anybody can pay himself with a reference
/// of ours and have PayPal tell us.  What goes back names a payment that was proven when it came.
Task<Next> PayPalExpress::handle_webhook(Op& op) const {
    co_await paypal::verified(op, mode_);
    const Json fields = paypal::fields_of(op);
    Observations out;
    const std::string_view type = fields["txn_type"].text();
    out.event(paypal::event_id(fields), type.empty() ? fields["payment_status"].text() : type);
    if (!is_taken(fields))
        co_return done(out.ignore("Messages of this type are no Express Checkout payments."));
    if (!paypal::is_about_reversal(fields) && !names_receiver(fields, email_)) {
        const std::string id(fields.need_text("/txn_id"));
        const bool ours = co_await arrived_here(op, account(), id);
        if (!ours) co_return done(out.ignore("The money went to another PayPal account."));
    }
    co_return done(out.add(paypal::observe(fields, op.now_unix_ms())));
}

}  // namespace paypal_express
