#include "stripe.hpp"

#include "turnpike_manifest.h"

namespace stripe {

Stripe::Stripe(const turnpike::Config& config)
    : mode_(config.mode()),
      currencies_(config.currencies()),
      public_key_(config.setting("public_key")),
      private_key_(config.setting("private_key")),
      embedded_(config.setting("flow") == "embedded") {
    if (private_key_.empty()) {
        throw turnpike::Error(turnpike::ErrorKind::config, "Stripe needs a private key.")
            .field("/settings/private_key");
    }
    if (embedded_ && public_key_.empty()) {
        throw turnpike::Error(turnpike::ErrorKind::config,
                              "Stripe's form in a page needs the public key.")
            .field("/settings/public_key");
    }
}

constexpr turnpike::Operation<Stripe> kOperations[] = {
    {"config.check/1", &Stripe::check_config},
    {"payment.create/1", &Stripe::create_payment},
    {"payment.complete/1", &Stripe::query_payment},
    {"payment.query/1", &Stripe::query_payment},
    {"payment.capture/1", &Stripe::capture_payment},
    {"payment.void/1", &Stripe::void_payment},
    {"refund.create/1", &Stripe::create_refund},
    {"refund.query/1", &Stripe::query_refund},
    {"dispute.query/1", &Stripe::query_dispute},
    {"transactions.list/1", &Stripe::list_transactions},
    {"webhook.handle/1", &Stripe::handle_webhook},
    {"webhook.register/1", &Stripe::register_webhook},
};

}  // namespace stripe

TURNPIKE_PROVIDER(stripe::Stripe, stripe::kOperations, turnpike_manifest);
