#include "razorpay.hpp"

#include "turnpike_manifest.h"

namespace razorpay {

Razorpay::Razorpay(const turnpike::Config& config)
    : mode_(config.mode()),
      key_id_(config.setting("key_id")),
      key_secret_(config.setting("key_secret")),
      company_(config.setting("company")) {
    if (key_id_.empty() || key_secret_.empty()) {
        throw turnpike::Error(turnpike::ErrorKind::config, "Razorpay needs Key ID and Key Secret.")
            .field(key_id_.empty() ? "/settings/key_id" : "/settings/key_secret");
    }
}

constexpr turnpike::Operation<Razorpay> kOperations[] = {
    {"config.check/1", &Razorpay::check_config},
    {"payment.create/1", &Razorpay::create_payment},
    {"payment.complete/1", &Razorpay::complete_payment},
    {"payment.query/1", &Razorpay::query_payment},
    {"payment.capture/1", &Razorpay::capture_payment},
    {"payment.void/1", &Razorpay::void_payment},
    {"refund.create/1", &Razorpay::create_refund},
    {"refund.query/1", &Razorpay::query_refund},
    {"transactions.list/1", &Razorpay::list_transactions},
    {"webhook.handle/1", &Razorpay::handle_webhook},
};

}  // namespace razorpay

TURNPIKE_PROVIDER(razorpay::Razorpay, razorpay::kOperations, turnpike_manifest);
