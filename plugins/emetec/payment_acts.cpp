#include "emetec.hpp"
#include "observe.hpp"
#include "result.hpp"

namespace emetec {
namespace {

using turnpike::EffectKind;
using turnpike::Error;
using turnpike::ErrorKind;
using turnpike::Form;
using turnpike::Json;
using turnpike::Money;
using turnpike::Observation;
using turnpike::RefundStatus;
using turnpike::Status;

std::string path_of(const Json& input, std::string_view name) {
    const std::string_view id = input["provider_ids"][name].text();
    if (id.empty()) {
        throw Error(ErrorKind::input, "The gateway's payment is not known.")
            .field("/provider_ids")
            .no_effect();
    }
    return "/v1/payments/" + turnpike::percent(id);
}

/// Ours in the form the strictest acquirers take: the last sixteen letters and digits.
std::string short_name(std::string_view id) {
    std::string out;
    for (const char c : id) {
        const bool kept = (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
        if (kept) out += c;
    }
    return out.size() > 16 ? out.substr(out.size() - 16) : out;
}

Form operation(std::string_view type, const Money& amount, std::string_view name) {
    Form out;
    out.add("paymentType", type).add("amount", wire_amount(amount));
    out.add("currency", amount.currency());
    return out.add("merchantTransactionId", name);
}

Observation about(const Op& op, turnpike::Mode mode) {
    Observation out(mode, op.now_unix_ms());
    out.provider_reference(op.input()["provider_reference"].text()).status(Status::succeeded);
    return out;
}

/// A refund's row, under our own name for it.
void add_ours(Observation& out, const Json& row, std::string_view ours) {
    const auto amount = Money::from_decimal(row["amount"].text(), row["currency"].text());
    if (!amount)
        throw Error(ErrorKind::provider, "The amount of the refund cannot be read.");
    const Outcome outcome = outcome_of(code_of(row));
    const std::string_view id = row.need_text("/id");
    if (outcome == Outcome::success) out.effect(EffectKind::refund, id, *amount, ours);
    out.refund(id, outcome == Outcome::success   ? RefundStatus::succeeded
                   : outcome == Outcome::failure ? RefundStatus::failed
                                                 : RefundStatus::pending,
               *amount, ours);
}

bool stays_open(Outcome outcome) {
    return outcome == Outcome::success || outcome == Outcome::review || outcome == Outcome::slow;
}

}  // namespace

Task<Next> Emetec::capture_payment(Op& op) const {
    const Json input = op.input();
    const Form fields = operation("CP", Money::read(input["capture_amount"]),
                                  input.need_text("/reference"));
    const std::string path = path_of(input, "authorization");
    const Json taken = co_await fetch(op, post(gateway(), "payment.capture", path, fields));
    if (!stays_open(outcome_of(code_of(taken)))) throw error_of(taken);
    co_return done(observe(taken, mode_, op.now_unix_ms()));
}

/// A checkout cannot be taken back, only an authorization; a payer who pays after this pays late.
Task<Next> Emetec::void_payment(Op& op) const {
    const Json input = op.input();
    Observation out(mode_, op.now_unix_ms());
    out.provider_reference(input["provider_reference"].text()).status(Status::cancelled);
    if (!input["provider_ids"]["authorization"].text().empty()) {
        const Form fields =
            operation("RV", Money::read(input["total"]), input.need_text("/reference"));
        const std::string path = path_of(input, "authorization");
        const Json voided = co_await fetch(op, post(gateway(), "payment.void", path, fields));
        if (outcome_of(code_of(voided)) != Outcome::success) throw error_of(voided);
    }
    co_return done(out);
}

Task<Next> Emetec::create_refund(Op& op) const {
    const Json input = op.input();
    const std::string_view ours = input.need_text("/refund");
    const Form fields = operation("RF", Money::read(input["amount"]), short_name(ours));
    const std::string path = path_of(input, "payment");
    const Json made = co_await fetch(op, post(gateway(), "refund.create", path, fields));
    if (!stays_open(outcome_of(code_of(made)))) throw error_of(made);
    Observation out = about(op, mode_);
    add_ours(out, made, ours);
    co_return done(out);
}

/// Nothing is repeated: the refund is looked for by the name we gave it.
Task<Next> Emetec::query_refund(Op& op) const {
    const std::string_view ours = op.input().need_text("/refund");
    Form query;
    query.add("merchantTransactionId", short_name(ours));
    const Json found = co_await fetch(op, get(gateway(), "refund.find", "/v1/query", query));
    const std::vector<Json> rows = found["payments"].items();
    if (rows.empty()) throw error_of(found);
    Observation out = about(op, mode_);
    for (const Json& row : rows) {
        if (row["paymentType"].text() == "RF") add_ours(out, row, ours);
    }
    co_return done(out);
}

}  // namespace emetec
