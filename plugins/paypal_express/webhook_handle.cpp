#include "../paypal_common/ipn.hpp"
#include "paypal_express.hpp"

namespace paypal_express {

using turnpike::Json;
using turnpike::Observations;

/// NVP has no webhooks: news come as IPN to the address that was named with the payment.
Task<Next> PayPalExpress::handle_webhook(Op& op) const {
    co_await paypal::verified(op, mode_);
    const Json fields = paypal::fields_of(op);
    const std::string_view type = fields["txn_type"].text();
    Observations out;
    out.event(paypal::event_id(fields), type.empty() ? fields["payment_status"].text() : type);
    const bool ours = type == "express_checkout" || type == "cart" || type == "web_accept" ||
                      paypal::is_about_reversal(fields);
    if (!ours)
        co_return done(out.ignore("Messages of this type are no Express Checkout payments."));
    co_return done(out.add(paypal::observe(fields, op.now_unix_ms())));
}

}  // namespace paypal_express
