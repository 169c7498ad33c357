#include "observe.hpp"

#include "fiat.hpp"

namespace nowpayments {
namespace {

using turnpike::EffectKind;
using turnpike::Json;
using turnpike::Money;
using turnpike::Observation;
using turnpike::Status;

struct StatusName {
    std::string_view name;
    Status status;
};
constexpr StatusName kStatuses[] = {
    {"waiting", Status::requires_action}, {"confirming", Status::pending},
    {"confirmed", Status::pending},       {"sending", Status::pending},
    {"partially_paid", Status::pending},  {"finished", Status::succeeded},
    {"failed", Status::failed},           {"refunded", Status::failed},
    {"expired", Status::expired},         {"cancelled", Status::cancelled},
    {"canceled", Status::cancelled},
};

Status status_named(std::string_view name) {
    for (const StatusName& known : kStatuses) {
        if (known.name == name) return known.status;
    }
    return Status::pending;
}

void add_fee(Observation& out, const Json& payment, const Money& price) {
    if (!payment["fee"].is_object()) {
        // Only notifications tell the fee: asking again would not.
        out.fee_unavailable();
        return;
    }
    const auto fee = fee_of(payment, price);
    if (fee) {
        out.fee(*fee);
    } else {
        out.fee_unavailable();
    }
}

/// One payment is credited once: its number is the capture's id, and the amount is final only when
/// it is finished.  Part of it is a total, which more coins later raise.
void add_money(Observation& out, const Json& payment, std::string_view id, bool again) {
    const std::string_view status = payment["payment_status"].text();
    const Money price = price_of(payment);
    const auto worth = worth_of(payment, price);
    if (status == "partially_paid" && worth) out.total_captured(*worth);
    if (status == "refunded") out.total_refunded(worth && !worth->zero() ? *worth : price);
    if (status != "finished") return;
    const bool by_worth = (again || is_more(payment)) && worth && !worth->zero();
    out.effect(EffectKind::capture, id, by_worth ? *worth : price);
    add_fee(out, payment, price);
}

}  // namespace

Observation observe(const Json& payment, turnpike::Mode mode, int64_t at_unix_ms) {
    const std::string_view id = payment["payment_id"].scalar();
    const std::string_view status = payment.need_text("/payment_status");
    const std::string_view parent = payment["parent_payment_id"].scalar();
    if (id.empty()) {
        throw turnpike::Error(turnpike::ErrorKind::provider, "The payment has no number.");
    }
    Observation out(mode, at_unix_ms);
    // Coins sent once more to an old address, or wrong ones, are money of their own.
    if (parent.empty()) out.reference(payment["order_id"].text());
    out.parent(parent).provider_reference(id).provider_id("payment", id);
    if (parent.empty()) out.provider_id("invoice", payment["invoice_id"].scalar());
    out.status(status_named(status)).provider_status(status);
    add_money(out, payment, id, !parent.empty());
    return out;
}

}  // namespace nowpayments
