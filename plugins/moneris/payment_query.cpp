#include <charconv>

#include "gateway.hpp"
#include "moneris.hpp"

namespace moneris {
namespace {

using turnpike::Answer;
using turnpike::EffectKind;
using turnpike::Error;
using turnpike::ErrorKind;
using turnpike::Json;
using turnpike::JsonObject;
using turnpike::Money;
using turnpike::Observation;
using turnpike::Status;

bool is_approval(std::string_view code) {
    int number = -1;
    const auto [end, failed] = std::from_chars(code.data(), code.data() + code.size(), number);
    return !code.empty() && failed == std::errc() && end == code.data() + code.size() &&
           number >= 0 && number < 50;
}

std::string_view ticket_of(const Json& input) {
    const std::string_view ticket = input["provider_ids"]["ticket"].text();
    if (ticket.empty()) {
        throw Error(ErrorKind::input, "The payment has no Moneris ticket.")
            .field("/provider_ids")
            .no_effect();
    }
    return ticket;
}

/// A receipt that speaks of another order or ticket is not about this payment.
void compare(const Json& input, const Json& response) {
    const Json card = response["receipt"]["cc"];
    const bool same = said(card["order_no"]) == input.need_text("/reference") &&
                      said(response["request"]["ticket"]) == ticket_of(input);
    if (!same)
        throw Error(ErrorKind::provider, "Moneris's receipt is about another order.");
}

Transaction completion_of(const Json& input, std::string_view amount) {
    Transaction out("completion");
    out.add("order_id", input.need_text("/reference")).add("comp_amount", amount);
    out.add("txn_number", input["provider_ids"]["preauth"].text());
    return out.add("crypt_type", "7");
}

}  // namespace

/// The amount is the receipt's own: part approvals and gift cards make it smaller than what was asked.
Observation Moneris::observe_receipt(const Op& op, const Json& response) const {
    const Json receipt = response["receipt"];
    const Json card = receipt["cc"];
    const std::string_view code = said(card["response_code"]);
    Observation out(mode_, op.now_unix_ms());
    out.provider_reference(ticket_of(op.input())).provider_status(code);
    if (receipt["result"].text() != "a" || card["result"].text() != "a" || !is_approval(code)) {
        out.status(Status::failed).reason(said(card["iso_response_code"]));
        return out;
    }
    compare(op.input(), response);
    const std::string_view id = said(card["transaction_no"]);
    const Money amount = amount_of(said(card["amount"]));
    if (id.empty()) throw Error(ErrorKind::provider, "Moneris's receipt names no transaction.");
    out.payer(said(response["request"]["cust_info"]["email"]));
    if (said(card["transaction_code"]) == "01") {
        out.provider_id("preauth", id).status(Status::authorized).authorized(amount);
    } else if (said(card["transaction_code"]) == "00") {
        out.provider_id("transaction", id).status(Status::succeeded);
        out.effect(EffectKind::capture, id, amount);
    } else {
        out.status(Status::pending);
    }
    return out;
}

/// The receipt tells of the payer's act.  What was captured of an authorization only the gateway knows.
Task<Next> Moneris::query_payment(Op& op) const {
    const Json input = op.input();
    JsonObject question;
    question.set("ticket", ticket_of(input));
    const Answer answer = co_await op.http(checkout_call(store(), "receipt", question));
    const Json response = response_of(answer);
    if (!response.is_object())
        throw answer.answered() ? turnpike::garbage(answer) : turnpike::no_answer(answer);
    if (response["success"].text() != "true") {
        Observation waiting(mode_, op.now_unix_ms());
        waiting.provider_reference(ticket_of(input)).status(Status::requires_action);
        co_return done(waiting);
    }
    Observation out = observe_receipt(op, response);
    if (input["provider_ids"]["preauth"].text().empty()) co_return done(out);
    const std::string total = Money::read(input["total"]).decimal();
    const Answer found = co_await op.http(
        status_call(store(), "completion.status", completion_of(input, total)));
    const Json receipt = receipt_of(op, found);
    const std::string_view id = said(receipt["TransID"]);
    if (approved(receipt) && is_approval(said(receipt["StatusCode"])) && !id.empty()) {
        const Money taken = amount_of(said(receipt["TransAmount"]));
        if (taken.zero()) {
            out.status(Status::cancelled);
        } else {
            out.provider_id("transaction", id).status(Status::succeeded);
            out.effect(EffectKind::capture, id, taken);
        }
    }
    co_return done(out);
}

}  // namespace moneris
