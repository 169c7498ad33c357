#include "emetec.hpp"
#include "observe.hpp"
#include "result.hpp"

namespace emetec {
namespace {

using turnpike::Error;
using turnpike::ErrorKind;
using turnpike::Form;
using turnpike::Json;
using turnpike::Money;
using turnpike::Observation;
using turnpike::Status;

constexpr std::string_view kNoPayment = "700.400.580";
constexpr std::string_view kNoSession = "200.300.404";

std::string_view checkout_of(const Json& input) {
    const std::string_view id = input["provider_ids"]["checkout"].text();
    if (id.empty()) {
        throw Error(ErrorKind::input, "The payment has no checkout.")
            .field("/provider_ids")
            .no_effect();
    }
    return id;
}

/// Whose payment it is, the gateway is believed about; the browser's address is never used.
void compare(const Json& input, const Json& payment) {
    if (payment["merchantTransactionId"].text() == input.need_text("/reference")) return;
    throw Error(ErrorKind::provider, "The gateway's payment is about another reference.");
}

Observation standing(const Op& op, turnpike::Mode mode, Status status) {
    Observation out(mode, op.now_unix_ms());
    out.provider_reference(checkout_of(op.input())).status(status);
    return out;
}

bool wants_capture(const Json& input, const Json& payment) {
    return payment["paymentType"].text() == "PA" &&
           outcome_of(code_of(payment)) == Outcome::success &&
           input["provider_data"]["capture"].text() != "manual";
}

/// All payments under our reference; an empty Json when there is none.
turnpike::Task<Json> payments_of(Op& op, Gateway gateway) {
    Form query;
    query.add("merchantTransactionId", op.input().need_text("/reference"));
    const Json found = co_await fetch(op, get(gateway, "payments.find", "/v1/query", query));
    if (code_of(found) == kNoPayment) co_return Json();
    if (!found["payments"].is_array()) throw error_of(found);
    co_return found["payments"];
}

bool holds_success(const Json& payments, std::string_view type) {
    for (const Json& one : payments.items()) {
        if (one["paymentType"].text() == type && outcome_of(code_of(one)) == Outcome::success)
            return true;
    }
    return false;
}

}  // namespace

/// An authorization of an integration that captures at once is captured at once.
Task<Next> Emetec::captured_if_wanted(Op& op, Json payment) const {
    Observation out = observe(payment, mode_, op.now_unix_ms());
    if (!wants_capture(op.input(), payment)) co_return done(out);
    Form fields;
    fields.add("paymentType", "CP").add("amount", payment.need_text("/amount"));
    fields.add("currency", payment.need_text("/currency"));
    fields.add("merchantTransactionId", op.input().need_text("/reference"));
    const std::string path = "/v1/payments/" + turnpike::percent(payment.need_text("/id"));
    const Json taken = co_await fetch(op, post(gateway(), "payment.capture", path, fields));
    add(out, taken);
    co_return done(out);
}

/// The status of a checkout may be asked for twice a minute: it is asked when the browser comes back.
Task<Next> Emetec::complete_payment(Op& op) const {
    const Json input = op.input();
    const std::string path =
        "/v1/checkouts/" + turnpike::percent(checkout_of(input)) + "/payment";
    const Json payment = co_await fetch(op, get(gateway(), "checkout.status", path));
    const std::string_view code = code_of(payment);
    const bool gone = code.starts_with(kNoSession);
    if (gone || outcome_of(code) == Outcome::throttled) co_return co_await query_payment(op);
    if (outcome_of(code) == Outcome::waiting)
        co_return done(standing(op, mode_, Status::requires_action));
    if (payment["id"].text().empty() || payment["paymentType"].text().empty())
        throw error_of(payment);
    compare(input, payment);
    co_return co_await captured_if_wanted(op, payment);
}

Task<Next> Emetec::query_payment(Op& op) const {
    const Json payments = co_await payments_of(op, gateway());
    const std::vector<Json> rows = payments.items();
    if (rows.empty()) co_return done(standing(op, mode_, Status::requires_action));
    const bool only_authorized = holds_success(payments, "PA") && !holds_success(payments, "CP") &&
                                 !holds_success(payments, "RV");
    // Failures first, so that what succeeded has the last word.
    const Json* last = &rows.front();
    for (const Json& row : rows) {
        if (outcome_of(code_of(row)) == Outcome::success) last = &row;
    }
    if (only_authorized) co_return co_await captured_if_wanted(op, *last);
    Observation out = observe(*last, mode_, op.now_unix_ms());
    for (const Json& row : rows) {
        const bool also = row["id"].text() != (*last)["id"].text() &&
                          outcome_of(code_of(row)) == Outcome::success;
        if (also && row["paymentType"].text() != "PA") add(out, row);
    }
    co_return done(out);
}

}  // namespace emetec
