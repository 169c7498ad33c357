#include "api.hpp"
#include "paystack.hpp"

namespace paystack {
namespace {

using turnpike::Answer;
using turnpike::Json;
using turnpike::JsonArray;
using turnpike::JsonObject;
using turnpike::Money;
using turnpike::Observation;
using turnpike::Request;
using turnpike::Status;

/// Paystack wants an address of everybody; the operator may name a domain for those who have none.
std::string address_of(const Json& input, const std::string& domain) {
    const std::string_view known = input["customer"]["email"].text();
    if (!known.empty()) return std::string(known);
    if (domain.empty()) {
        throw turnpike::Error(turnpike::ErrorKind::input,
                              "Paystack needs an e-mail address of the customer.")
            .field("/customer/email")
            .no_effect();
    }
    return std::string(input["customer"]["id"].text()) + '@' + domain;
}

/// A reference is good for one transaction.  When the answer to the first got lost, so did its
/// page: the next try has a name of its own, and nobody can pay the first.
std::string reference_of(const Op& op, int tried) {
    const std::string ours(op.input().need_text("/reference"));
    const uint32_t number = op.attempt() * 2 + static_cast<uint32_t>(tried);
    return number == 0 ? ours : ours + '-' + std::to_string(number + 1);
}

JsonObject transaction_body(const Op& op, const std::string& reference,
                            const std::vector<std::string>& channels, const std::string& domain) {
    const Json input = op.input();
    const Money total = Money::read(input["total"]);
    JsonObject metadata;
    metadata.set("reference", input.need_text("/reference"));
    metadata.set_if("cancel_action", input["cancel_url"].text());
    JsonObject body;
    body.set("email", address_of(input, domain)).set("amount", to_wire(total));
    body.set("currency", total.currency()).set("reference", reference);
    body.set("callback_url", input.need_text("/return_url"));
    const std::string method(input["method"].text());
    JsonArray list;
    if (!method.empty()) list.add(method);
    for (const std::string& channel : channels) {
        if (method.empty()) list.add(channel);
    }
    if (!list.empty()) body.set("channels", list);
    return body.set("metadata", metadata);
}

bool was_used(const Answer& answer) {
    return answer.json()["code"].text() == "duplicate_reference" ||
           answer.json()["message"].text() == "Duplicate Transaction Reference";
}

}  // namespace

Task<Next> Paystack::create_payment(Op& op) const {
    std::string reference = reference_of(op, 0);
    Answer answer = co_await op.http(
        post(private_key_, "transaction.initialize", "/transaction/initialize",
             transaction_body(op, reference, channels_, email_domain_)));
    const bool lost = !answer.answered() || answer.status() >= 500 || was_used(answer);
    if (lost && op.now_unix_ms() < op.deadline_unix_ms()) {
        reference = reference_of(op, 1);
        answer = co_await op.http(
            post(private_key_, "transaction.initialize_again", "/transaction/initialize",
                 transaction_body(op, reference, channels_, email_domain_)));
    }
    const Json data = data_of(answer);
    Observation out(mode_, op.now_unix_ms());
    out.reference(op.input().need_text("/reference")).provider_reference(reference);
    out.provider_id("reference", reference).amount(Money::read(op.input()["total"]));
    out.status(Status::requires_action).redirect(data.need_text("/authorization_url"));
    co_return done(out);
}

}  // namespace paystack
