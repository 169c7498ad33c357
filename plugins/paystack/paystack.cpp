#include "paystack.hpp"

#include "turnpike_manifest.h"

namespace paystack {

Paystack::Paystack(const turnpike::Config& config)
    : mode_(config.mode()),
      currencies_(config.currencies()),
      public_key_(config.setting("public_key")),
      private_key_(config.setting("private_key")),
      channels_(config.settings("channels")),
      email_domain_(config.setting("email_domain")) {
    if (private_key_.empty()) {
        throw turnpike::Error(turnpike::ErrorKind::config, "Paystack needs a secret key.")
            .field("/settings/private_key");
    }
}

constexpr turnpike::Operation<Paystack> kOperations[] = {
    {"config.check/1", &Paystack::check_config},
    {"payment.create/1", &Paystack::create_payment},
    {"payment.complete/1", &Paystack::query_payment},
    {"payment.query/1", &Paystack::query_payment},
    {"refund.create/1", &Paystack::create_refund},
    {"refund.query/1", &Paystack::query_refund},
    {"transactions.list/1", &Paystack::list_transactions},
    {"webhook.handle/1", &Paystack::handle_webhook},
};

}  // namespace paystack

TURNPIKE_PROVIDER(paystack::Paystack, paystack::kOperations, turnpike_manifest);
