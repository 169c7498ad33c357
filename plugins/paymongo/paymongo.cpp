#include "paymongo.hpp"

#include <charconv>

#include "turnpike_manifest.h"

namespace paymongo {
namespace {

constexpr int64_t kReplayWindowS = 10800;

int64_t seconds_of(const std::string& text) {
    int64_t out = kReplayWindowS;
    std::from_chars(text.data(), text.data() + text.size(), out);
    return out;
}

}  // namespace

PayMongo::PayMongo(const turnpike::Config& config)
    : mode_(config.mode()),
      public_key_(config.setting("public_key")),
      private_key_(config.setting("private_key")),
      methods_(config.settings("payment_methods")),
      replay_window_ms_(seconds_of(config.setting("replay_window_s")) * 1000) {
    if (private_key_.empty()) {
        throw turnpike::Error(turnpike::ErrorKind::config, "PayMongo needs a secret key.")
            .field("/settings/private_key");
    }
    if (methods_.empty()) methods_ = {"card", "gcash", "grab_pay", "paymaya", "qrph"};
}

constexpr turnpike::Operation<PayMongo> kOperations[] = {
    {"config.check/1", &PayMongo::check_config},
    {"payment.create/1", &PayMongo::create_payment},
    {"payment.complete/1", &PayMongo::query_payment},
    {"payment.query/1", &PayMongo::query_payment},
    {"payment.void/1", &PayMongo::void_payment},
    {"refund.create/1", &PayMongo::create_refund},
    {"refund.query/1", &PayMongo::query_refund},
    {"transactions.list/1", &PayMongo::list_transactions},
    {"webhook.handle/1", &PayMongo::handle_webhook},
    {"webhook.register/1", &PayMongo::register_webhook},
};

}  // namespace paymongo

TURNPIKE_PROVIDER(paymongo::PayMongo, paymongo::kOperations, turnpike_manifest);
