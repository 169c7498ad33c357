#include "paypal_ipn.hpp"

namespace paypal_ipn {
namespace {

using turnpike::EffectKind;
using turnpike::Json;
using turnpike::Money;
using turnpike::Observation;
using turnpike::Status;

constexpr std::string_view kItemName = "masspay_txn_id_";

bool is_index(std::string_view text) {
    return !text.empty() && text.size() <= 6 &&
           text.find_first_not_of("0123456789") == std::string_view::npos;
}

/// One payee's line of a batch.
struct Item {
    const Json& fields;
    std::string_view index;
    std::string_view operator[](const char* name) const {
        return fields[std::string(name) + '_' + std::string(index)].text();
    }
};

Observation observe_item(const Item& item, std::string_view receiver, int64_t now) {
    const std::string_view id = item["masspay_txn_id"];
    const std::string_view currency = item["mc_currency"];
    const auto gross = Money::from_decimal(item["mc_gross"], currency);
    Observation out(paypal::mode_of(item.fields), now);
    out.provider_reference(id).provider_id("transaction", id).receiver(receiver);
    out.payer(item.fields["payer_email"].text(), item.fields["payer_business_name"].text());
    const std::string status = paypal::plain(item["status"]);
    out.provider_status(item["status"]).reason(item["reason_code"]);
    const bool whole_batch_denied =
        paypal::plain(item.fields["payment_status"].text()) == "denied";
    if (whole_batch_denied || status == "failed" || status == "denied") {
        out.status(Status::failed);
    } else if (status == "completed" && gross && !gross->negative()) {
        // The sender paid the fee: nothing is ever deducted from what arrived.
        out.status(Status::succeeded).effect(EffectKind::capture, id, *gross);
        out.fee(Money(0, gross->exponent(), currency));
    } else if ((status == "returned" || status == "reversed") && gross) {
        out.parent(id).effect(EffectKind::refund, std::string(id) + ":returned", *gross);
    }
    return out;
}

}  // namespace

/// One message tells of a whole batch, numbers may have gaps, and every line stands for itself.
/// Lines to others, and what we sent ourselves, are none of our business.
void PayPalIpn::add_mass_pay(turnpike::Observations& out, const Json& fields, int64_t now) const {
    for (const std::string_view name : fields.names()) {
        if (!name.starts_with(kItemName) || !is_index(name.substr(kItemName.size()))) continue;
        const Item item{fields, name.substr(kItemName.size())};
        const std::string_view receiver = item["receiver_email"];
        if (item["masspay_txn_id"].empty()) continue;
        if (!receivers_.empty() && !is_ours(receiver)) continue;
        if (is_ours(fields["payer_email"].text())) continue;
        out.add(observe_item(item, receiver, now));
    }
}

}  // namespace paypal_ipn
