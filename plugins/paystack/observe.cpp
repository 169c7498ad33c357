#include "observe.hpp"

#include <algorithm>

#include "api.hpp"

namespace paystack {
namespace {

using turnpike::DisputeStatus;
using turnpike::EffectKind;
using turnpike::Json;
using turnpike::Mode;
using turnpike::Money;
using turnpike::Observation;
using turnpike::RefundStatus;
using turnpike::Status;

bool is_waiting(std::string_view status) {
    constexpr std::string_view kWaiting[] = {"abandoned", "ongoing", "open_url", "pay_offline"};
    return std::find(std::begin(kWaiting), std::end(kWaiting), status) != std::end(kWaiting) ||
           status.starts_with("send_");
}

/// A declined payer may try again on the same page, and no event tells that it failed: only
/// asking on until the page's time is over finds out.
Status status_of(std::string_view status) {
    if (status == "success" || status == "reversed") return Status::succeeded;
    const bool again = is_waiting(status) || status == "failed" || status == "timeout";
    return again ? Status::requires_action : Status::pending;
}

/// Fees have hundredths of a franc that the currency does not have: half up to a whole one.
Money fee_from_wire(int64_t fee, std::string_view currency) {
    if (currency == "XOF") return {(fee + 50) / 100, 0, currency};
    return from_wire(fee, currency);
}

/// Fees the payer bore stand on top of what was asked and are never deducted again.
void add_money(Observation& out, const Json& data) {
    const std::string_view currency = data.need_text("/currency");
    const int64_t paid = data.need_integer("/amount");
    const int64_t asked = std::min(data["requested_amount"].integer().value_or(paid), paid);
    out.effect(EffectKind::capture, data.need_text("/reference"), from_wire(asked, currency));
    if (paid > asked) out.payer_fee(fee_from_wire(paid - asked, currency));
    if (const auto fees = data["fees"].integer()) {
        out.fee(fee_from_wire(std::max<int64_t>(0, *fees - (paid - asked)), currency));
    } else {
        out.fee_pending();
    }
    if (data["status"].text() == "reversed") out.total_refunded(from_wire(asked, currency));
}

RefundStatus refund_state(std::string_view status) {
    if (status == "processed") return RefundStatus::succeeded;
    return status == "failed" ? RefundStatus::failed : RefundStatus::pending;
}

}  // namespace

Mode mode_of(const Json& data, Mode fallback) {
    const std::string_view domain = data["domain"].text();
    if (domain == "live") return Mode::live;
    return domain == "test" ? Mode::test : fallback;
}

Observation observe_transaction(const Json& data, Mode mode, int64_t at_unix_ms) {
    const std::string_view status = data.need_text("/status");
    Observation out(mode_of(data, mode), at_unix_ms);
    // metadata is an object, "", 0 or text, as it pleases.
    out.reference(data["metadata"]["reference"].text());
    out.provider_reference(data.need_text("/reference"));
    out.provider_id("transaction", data["id"].scalar());
    out.payer(data["customer"]["email"].text());
    out.status(status_of(status)).provider_status(status);
    if (status_of(status) == Status::succeeded) {
        add_money(out, data);
    } else {
        out.reason(data["gateway_response"].text());
    }
    return out;
}

void add_refund(Observation& out, const Json& refund) {
    const std::string_view id = refund["id"].scalar();
    if (id.empty()) {
        throw turnpike::Error(turnpike::ErrorKind::provider, "A refund of Paystack has no id.");
    }
    const Money amount =
        from_wire(refund.need_integer("/amount"), refund.need_text("/currency"));
    const RefundStatus status = refund_state(refund["status"].text());
    const std::string_view note = refund["merchant_note"].text();
    const std::string_view ours = note.starts_with("ref_") ? note : std::string_view();
    out.effect(EffectKind::refund, id, amount, ours);
    if (status == RefundStatus::failed) out.effect(EffectKind::refund_failed, id, amount, ours);
    out.refund(id, status, amount, ours);
}

/// A dispute moves money when it is resolved against the merchant.
Observation observe_dispute(const Json& data, Mode mode, int64_t at_unix_ms) {
    const std::string_view id = data["id"].scalar();
    const std::string_view resolution = data["resolution"].text();
    const bool resolved = data["status"].text() == "resolved";
    const bool lost = resolved && resolution.find("accepted") != std::string_view::npos;
    const Json transaction = data["transaction"];
    Observation out(mode_of(data, mode), at_unix_ms);
    out.provider_reference(transaction.need_text("/reference")).status(Status::succeeded);
    if (lost) {
        const auto taken = data["refund_amount"].integer();
        const int64_t amount = taken ? *taken : transaction.need_integer("/amount");
        const std::string_view currency =
            data["currency"].text_or(transaction["currency"].text());
        out.effect(EffectKind::dispute_debit, id, from_wire(amount, currency));
    }
    out.dispute(id, lost       ? DisputeStatus::lost
                    : resolved ? DisputeStatus::won
                               : DisputeStatus::open);
    return out;
}

}  // namespace paystack
