#include "money.hpp"
#include "observe.hpp"

namespace razorpay {

using turnpike::DisputeStatus;
using turnpike::EffectKind;
using turnpike::Json;
using turnpike::Money;
using turnpike::Observation;
using turnpike::Status;

/// A dispute takes money when it is lost, or at once where Razorpay says what it deducted.
Observation observe_dispute(const Json& dispute, const Seen& seen) {
    const std::string_view id = dispute.need_text("/id");
    const std::string_view status = dispute.need_text("/status");
    const Money amount =
        from_wire(dispute.need_integer("/amount"), dispute.need_text("/currency"));
    const bool deducted = dispute["amount_deducted"].integer().value_or(0) > 0;
    const bool lost = status == "lost";
    const bool over = status == "won" || status == "closed";
    Observation out(seen.mode, seen.at_unix_ms);
    out.parent(dispute.need_text("/payment_id")).status(Status::succeeded);
    out.provider_id("payment", dispute.need_text("/payment_id"));
    if (lost || deducted) out.effect(EffectKind::dispute_debit, id, amount);
    if (over && deducted) out.effect(EffectKind::dispute_credit, id, amount);
    out.dispute(id, lost   ? DisputeStatus::lost
                    : over ? DisputeStatus::won
                           : DisputeStatus::open);
    out.reason(dispute["reason_code"].text());
    return out;
}

}  // namespace razorpay
