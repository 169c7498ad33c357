#include "details.hpp"
#include "order.hpp"
#include "paypal_express.hpp"
#include "turnpike/time.hpp"

namespace paypal_express {
namespace {

using turnpike::Answer;
using turnpike::Error;
using turnpike::ErrorKind;
using turnpike::Json;
using turnpike::Money;
using turnpike::Observation;
using turnpike::Request;
using turnpike::Retry;
using turnpike::Status;

/// Codes after which the payer chooses another way to pay on PayPal's page, with the same token.
constexpr std::string_view kBackToPayPal[] = {"10486", "10422", "11084", "10207", "10445"};
constexpr int64_t kSearchBackMs = 30LL * 86400 * 1000;

std::string_view id_named(const Json& input, std::string_view name) {
    return input["provider_ids"][name].text();
}

Observation standing(const Op& op, turnpike::Mode mode, Status status) {
    Observation out(mode, op.now_unix_ms());
    out.provider_reference(id_named(op.input(), "token")).status(status);
    return out;
}

/// Nothing is charged that differs from what was asked for.
void compare(const Json& input, const Json& checkout) {
    const Money total = Money::read(input["total"]);
    const std::string p = "PAYMENTREQUEST_0_";
    const std::string_view currency = checkout[p + "CURRENCYCODE"].text();
    // "2500" and "2500.00" yen are one amount.
    const auto shown = Money::from_decimal(checkout[p + "AMT"].text(), currency);
    const bool same = shown && shown->rescaled(total.exponent()) == total &&
                      checkout[p + "INVNUM"].text() == input.need_text("/reference");
    if (same) return;
    throw Error(ErrorKind::provider, "PayPal's checkout is about another amount or reference.")
        .no_effect();
}

/// What an answer of GetExpressCheckoutDetails leads to.
enum class Stage { waiting, approved, in_progress, failed, expired, paid };

Stage stage_of(const Json& checkout) {
    const std::string_view status = checkout["CHECKOUTSTATUS"].text();
    if (status == "PaymentActionCompleted" || status == "PaymentCompleted") return Stage::paid;
    if (status == "PaymentActionInProgress") return Stage::in_progress;
    if (status == "PaymentActionFailed") return Stage::failed;
    return checkout["PAYERID"].text().empty() ? Stage::waiting : Stage::approved;
}

std::string_view transaction_in(const Json& checkout) {
    for (const char* name :
         {"PAYMENTREQUEST_0_TRANSACTIONID", "PAYMENTREQUESTINFO_0_TRANSACTIONID", "TRANSACTIONID"}) {
        if (!checkout[name].text().empty()) return checkout[name].text();
    }
    return {};
}

/// The checkout behind the payment's token; an empty Json when PayPal says that it expired.
turnpike::Task<Json> checkout_of(Op& op, Account account) {
    const std::string_view token = id_named(op.input(), "token");
    if (token.empty()) {
        throw Error(ErrorKind::input, "The payment has no PayPal token.")
            .field("/provider_ids")
            .no_effect();
    }
    Nvp question("GetExpressCheckoutDetails", account);
    question.add("TOKEN", token);
    const Answer answer =
        co_await op.http(call(account, "checkout.get", question, Retry::idempotent));
    const Json fields = fields_of(op, answer);
    if (succeeded(fields)) co_return fields;
    if (has_code(fields, "10411")) co_return Json();
    throw error_of(op, answer);
}

Request charge_request(const Op& op, const Account& account, const Json& checkout,
                       const std::string& email) {
    const Json input = op.input();
    Nvp fields("DoExpressCheckoutPayment", account);
    fields.add("TOKEN", id_named(input, "token"));
    fields.add("PAYERID", checkout.need_text("/PAYERID"));
    fields.add("MSGSUBID", std::string(input.need_text("/reference")) + "-do");
    add_order(fields, input, email);
    // Never twice: whether PayPal honours MSGSUBID for every call is not known.
    return call(account, "checkout.do", fields, Retry::never);
}

bool sends_back(const Json& fields) {
    for (const std::string_view code : kBackToPayPal) {
        if (has_code(fields, code)) return true;
    }
    return false;
}

/// The transaction an earlier request made under our reference; "" when there is none.
turnpike::Task<std::string> transaction_by_reference(Op& op, Account account) {
    Nvp search("TransactionSearch", account);
    search.add("STARTDATE", turnpike::rfc3339(op.now_unix_ms() - kSearchBackMs));
    search.add("INVNUM", op.input().need_text("/reference"));
    const Json rows =
        co_await fetch(op, call(account, "reference.search", search, Retry::idempotent));
    co_return std::string(rows["L_TRANSACTIONID0"].text());
}

/// What the answer to the charge says.
turnpike::Task<Observation> charged(Op& op, Account account, Answer answer) {
    const Json fields = fields_of(op, answer);
    const bool named = !fields["PAYMENTINFO_0_TRANSACTIONID"].text().empty();
    if (succeeded(fields) && named) {
        co_return observe_transaction(fields, "PAYMENTINFO_0_", account.mode, op.now_unix_ms());
    }
    if (sends_back(fields)) {
        Observation again = standing(op, account.mode, Status::requires_action);
        again.reason(fields["L_ERRORCODE0"].text());
        again.redirect(approve_url(account.mode, id_named(op.input(), "token")));
        co_return again;
    }
    const bool used = has_code(fields, "10415") || has_code(fields, "11607");
    if (used || has_code(fields, "10412")) {
        const std::string id = co_await transaction_by_reference(op, account);
        if (!id.empty()) co_return co_await transaction_state(op, account, id);
    }
    if (has_code(fields, "10411")) co_return standing(op, account.mode, Status::expired);
    if (has_code(fields, "10417")) {
        Observation over = standing(op, account.mode, Status::failed);
        over.reason("10417");
        co_return over;
    }
    throw error_of(op, answer);
}

/// Where the payment stands without charging anything; `checkout` as PayPal has it.
turnpike::Task<Observation> known_state(Op& op, Account account, Json checkout) {
    if (!checkout) co_return standing(op, account.mode, Status::expired);
    const Stage stage = stage_of(checkout);
    if (stage == Stage::paid) {
        const std::string id(transaction_in(checkout));
        if (!id.empty()) co_return co_await transaction_state(op, account, id);
    }
    if (stage == Stage::waiting) co_return standing(op, account.mode, Status::requires_action);
    if (stage == Stage::failed) co_return standing(op, account.mode, Status::failed);
    co_return standing(op, account.mode, Status::pending);
}

std::string known_transaction(const Json& input) {
    const std::string_view paid = id_named(input, "transaction");
    return std::string(paid.empty() ? id_named(input, "authorization") : paid);
}

}  // namespace

Task<Next> PayPalExpress::query_payment(Op& op) const {
    const std::string id = known_transaction(op.input());
    if (!id.empty()) {
        const Observation state = co_await transaction_state(op, account(), id);
        co_return done(state);
    }
    const Json checkout = co_await checkout_of(op, account());
    const Observation state = co_await known_state(op, account(), checkout);
    co_return done(state);
}

/// The payer came back: PayPal is asked who approved what, and only then is it charged.  Token and
/// payer are PayPal's word, never the browser's.
Task<Next> PayPalExpress::complete_payment(Op& op) const {
    const std::string id = known_transaction(op.input());
    if (!id.empty()) {
        const Observation state = co_await transaction_state(op, account(), id);
        co_return done(state);
    }
    const Json checkout = co_await checkout_of(op, account());
    if (!checkout || stage_of(checkout) != Stage::approved) {
        const Observation state = co_await known_state(op, account(), checkout);
        co_return done(state);
    }
    compare(op.input(), checkout);
    const Answer answer = co_await op.http(charge_request(op, account(), checkout, email_));
    const Observation state = co_await charged(op, account(), answer);
    co_return done(state);
}

}  // namespace paypal_express
