#include "paypal_ipn.hpp"

namespace paypal_ipn {
namespace {

using turnpike::Json;
using turnpike::Money;
using turnpike::Observation;
using turnpike::Observations;

bool is_numbered(const Json& fields) {
    for (const std::string_view name : fields.names()) {
        if (name.starts_with("masspay_txn_id_")) return true;
    }
    return false;
}

/// The receiver of a Mass Pay pays no fee, whatever the message says.
void take_no_fee(Observation& out, const Json& fields) {
    out.fee(Money(0, 2, fields["mc_currency"].text_or("USD")));
}

}  // namespace

void PayPalIpn::add_message(Observations& out, const Json& fields, int64_t now) const {
    const std::string_view type = fields["txn_type"].text();
    const bool mass_pay = type == "masspay";
    if (mass_pay && takes("mass_pay") && is_numbered(fields)) {
        add_mass_pay(out, fields, now);
        return;
    }
    const bool wanted = (mass_pay && takes("mass_pay")) ||
                        (type == "send_money" && takes("send_money")) ||
                        paypal::is_about_reversal(fields);
    if (!wanted) {
        out.ignore("Messages of this type are not taken here.");
        return;
    }
    Observation seen = paypal::observe(fields, now);
    seen.receiver(receiver_among({fields["receiver_email"].text(), fields["business"].text(),
                                  fields["receiver_id"].text()}));
    const bool is_own =
        is_ours(fields["payer_email"].text()) && !paypal::is_about_reversal(fields);
    if (is_own) {
        out.ignore("The money was sent by us.");
        return;
    }
    if (mass_pay) take_no_fee(seen, fields);
    out.add(seen);
}

/// Nothing is decoded before PayPal said that the bytes are its own.  Without that question the host
/// holds all the message brings.
Task<Next> PayPalIpn::handle_webhook(Op& op) const {
    if (verify_) co_await paypal::verified(op, mode_);
    const Json fields = paypal::fields_of(op);
    Observations out;
    out.event(paypal::event_id(fields), fields["txn_type"].text_or(fields["payment_status"].text()));
    add_message(out, fields, op.now_unix_ms());
    co_return done(out);
}

}  // namespace paypal_ipn
