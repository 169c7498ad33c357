#include "observe.hpp"

#include "api.hpp"
#include "result.hpp"

namespace emetec {
namespace {

using turnpike::DisputeStatus;
using turnpike::EffectKind;
using turnpike::Json;
using turnpike::Mode;
using turnpike::Money;
using turnpike::Observation;
using turnpike::RefundStatus;
using turnpike::Status;

Money amount_of(const Json& payment) {
    const auto out =
        Money::from_decimal(payment["amount"].text(), payment.need_text("/currency"));
    if (!out) {
        throw turnpike::Error(turnpike::ErrorKind::provider,
                              "The amount of the payment cannot be read.");
    }
    return *out;
}

Status unsuccessful(Outcome outcome) {
    switch (outcome) {
        case Outcome::waiting:
            return Status::requires_action;
        case Outcome::cancelled:
            return Status::cancelled;
        case Outcome::failure:
            return Status::failed;
        default:
            return Status::pending;
    }
}

void add_refund(Observation& out, const Json& payment, Outcome outcome) {
    const std::string_view id = payment.need_text("/id");
    const Money amount = amount_of(payment);
    const bool done = outcome == Outcome::success;
    if (done) out.effect(EffectKind::refund, id, amount);
    const bool failed = outcome == Outcome::failure;
    out.refund(id, done     ? RefundStatus::succeeded
                   : failed ? RefundStatus::failed
                            : RefundStatus::pending,
               amount);
}

bool is_referenced(std::string_view type) { return type == "RF" || type == "CB" || type == "CR"; }

}  // namespace

void add(Observation& out, const Json& payment) {
    const std::string_view type = payment["paymentType"].text();
    const Outcome outcome = outcome_of(code_of(payment));
    const std::string_view id = payment["id"].text();
    const std::string_view about = payment["referencedId"].text();
    if (type == "RF") return add_refund(out, payment, outcome);
    if (type == "CB" || outcome == Outcome::dispute) {
        out.effect(EffectKind::dispute_debit, id, amount_of(payment));
        out.dispute(about.empty() ? id : about, DisputeStatus::open);
        return;
    }
    if (type == "CR") {
        out.effect(EffectKind::dispute_credit, id, amount_of(payment));
        out.dispute(about.empty() ? id : about, DisputeStatus::won);
        return;
    }
    if (outcome != Outcome::success) {
        out.status(unsuccessful(outcome)).reason(code_of(payment));
        return;
    }
    if (type == "DB" || type == "CP") {
        out.provider_id("payment", id).status(Status::succeeded);
        out.effect(EffectKind::capture, id, amount_of(payment));
    } else if (type == "PA") {
        out.provider_id("authorization", id).status(Status::authorized);
        out.authorized(amount_of(payment));
    } else if (type == "RV") {
        out.status(Status::cancelled);
    }
}

/// Money of the integrator's test mode is reported as what it is, so that a live integration holds it.
Observation observe(const Json& payment, Mode mode, int64_t at_unix_ms) {
    const std::string_view code = code_of(payment);
    const bool test = is_test_money(code);
    Observation out(test ? Mode::test : mode, at_unix_ms);
    const std::string_view type = payment["paymentType"].text();
    if (is_referenced(type)) {
        out.parent(payment["referencedId"].text()).status(Status::succeeded);
    } else {
        out.reference(payment["merchantTransactionId"].text());
    }
    out.provider_status(code).payer(payment["customer"]["email"].text());
    add(out, payment);
    return out;
}

}  // namespace emetec
