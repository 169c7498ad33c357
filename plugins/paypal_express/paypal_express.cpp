#include "paypal_express.hpp"

#include "turnpike_manifest.h"

namespace paypal_express {

PayPalExpress::PayPalExpress(const turnpike::Config& config)
    : mode_(config.mode()),
      username_(config.setting("username")),
      password_(config.setting("password")),
      signature_(config.setting("signature")),
      email_(config.setting("email")),
      brand_(config.setting("brand")) {
    if (username_.empty() || password_.empty() || signature_.empty()) {
        throw turnpike::Error(turnpike::ErrorKind::config,
                              "PayPal needs Username, Password and Signature.")
            .field(username_.empty()   ? "/settings/username"
                   : password_.empty() ? "/settings/password"
                                       : "/settings/signature");
    }
}

constexpr turnpike::Operation<PayPalExpress> kOperations[] = {
    {"config.check/1", &PayPalExpress::check_config},
    {"payment.create/1", &PayPalExpress::create_payment},
    {"payment.complete/1", &PayPalExpress::complete_payment},
    {"payment.query/1", &PayPalExpress::query_payment},
    {"payment.capture/1", &PayPalExpress::capture_payment},
    {"payment.void/1", &PayPalExpress::void_payment},
    {"refund.create/1", &PayPalExpress::create_refund},
    {"refund.query/1", &PayPalExpress::query_refund},
    {"transactions.list/1", &PayPalExpress::list_transactions},
    {"webhook.handle/1", &PayPalExpress::handle_webhook},
};

}  // namespace paypal_express

TURNPIKE_PROVIDER(paypal_express::PayPalExpress, paypal_express::kOperations, turnpike_manifest);
