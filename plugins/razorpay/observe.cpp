#include "observe.hpp"

#include "money.hpp"

namespace razorpay {
namespace {

using turnpike::EffectKind;
using turnpike::Json;
using turnpike::Money;
using turnpike::Observation;
using turnpike::RefundStatus;
using turnpike::Status;

Money amount_of(const Json& object, std::string_view member = "amount") {
    return from_wire(object.need_integer("/" + std::string(member)),
                     object.need_text("/currency"));
}

/// The fee stands in the base currency, and the rate to it in the two amounts.
void add_fee(Observation& out, const Json& payment, const Money& paid) {
    const auto fee = payment["fee"].integer();
    if (!fee) {
        out.fee_pending();
        return;
    }
    const auto base_amount = payment["base_amount"].integer();
    const std::string_view base = payment["base_currency"].text_or("INR");
    if (!base_amount || base == paid.currency()) {
        out.fee(from_wire(*fee, paid.currency()));
        return;
    }
    out.fee(from_wire(*fee, base), rate_text(from_wire(*base_amount, base), paid));
}

bool payer_bears_fee(const Json& payment) { return payment["fee_bearer"].text() == "customer"; }

void add_capture(Observation& out, const Json& payment) {
    const std::string_view id = payment.need_text("/id");
    const Money paid = amount_of(payment);
    out.status(Status::succeeded);
    const auto fee = payment["fee"].integer();
    if (payer_bears_fee(payment) && fee && *fee < paid.minor()) {
        // The fee was put on top of the order and is the payer's.
        out.effect(EffectKind::capture, id, from_wire(paid.minor() - *fee, paid.currency()));
        out.payer_fee(from_wire(*fee, paid.currency())).fee(from_wire(0, paid.currency()));
    } else {
        out.effect(EffectKind::capture, id, paid);
        add_fee(out, payment, paid);
    }
    const auto refunded = payment["amount_refunded"].integer();
    if (refunded && *refunded > 0) out.total_refunded(from_wire(*refunded, paid.currency()));
}

RefundStatus refund_status(std::string_view status) {
    if (status == "processed") return RefundStatus::succeeded;
    return status == "failed" ? RefundStatus::failed : RefundStatus::pending;
}

}  // namespace

void add_payment(Observation& out, const Json& payment) {
    const std::string_view status = payment.need_text("/status");
    out.provider_status(status).provider_id("payment", payment.need_text("/id"));
    if (payment["captured"].is_true() || status == "captured") return add_capture(out, payment);
    if (status == "authorized") {
        out.status(Status::authorized).authorized(amount_of(payment));
    } else if (status == "refunded") {
        // Never captured and given back by Razorpay: there was no payment.
        out.status(Status::cancelled);
    } else if (status == "failed") {
        // The order stays payable: another attempt may follow on the same page.
        out.status(Status::requires_action).reason(payment["error_reason"].text());
    } else {
        out.status(status == "created" ? Status::requires_action : Status::pending);
    }
}

Observation observe_payment(const Json& payment, const Seen& seen) {
    Observation out(seen.mode, seen.at_unix_ms);
    out.reference(payment["notes"]["reference"].text());
    out.provider_reference(payment["order_id"].text());
    out.provider_id("order", payment["order_id"].text());
    out.payer(payment["email"].text());
    add_payment(out, payment);
    return out;
}

void add_refund(Observation& out, const Json& refund) {
    const std::string_view id = refund.need_text("/id");
    const Money amount = amount_of(refund);
    const RefundStatus status = refund_status(refund["status"].text());
    const std::string_view ours = refund["notes"]["refund"].text();
    out.effect(EffectKind::refund, id, amount, ours);
    if (status == RefundStatus::failed) out.effect(EffectKind::refund_failed, id, amount, ours);
    out.refund(id, status, amount, ours);
}

Observation observe_refund(const Json& refund, const Seen& seen) {
    Observation out(seen.mode, seen.at_unix_ms);
    out.parent(refund.need_text("/payment_id")).status(Status::succeeded);
    out.provider_id("payment", refund.need_text("/payment_id"));
    add_refund(out, refund);
    return out;
}

}  // namespace razorpay
