#include "emetec.hpp"

#include "turnpike_manifest.h"

namespace emetec {

Emetec::Emetec(const turnpike::Config& config)
    : mode_(config.mode()),
      currencies_(config.currencies()),
      host_(config.setting("hosts")),
      entity_id_(config.setting("entity_id")),
      access_token_(config.setting("access_token")),
      payment_type_(config.setting("payment_type")),
      brands_(config.setting("brands")) {
    if (entity_id_.empty() || access_token_.empty()) {
        throw turnpike::Error(turnpike::ErrorKind::config,
                              "Emetec needs Entity ID and Access Token.")
            .field(entity_id_.empty() ? "/settings/entity_id" : "/settings/access_token");
    }
    const bool live = mode_ == turnpike::Mode::live;
    if (host_.empty()) host_ = live ? "emetec.pro" : "test.emetec.pro";
    if (payment_type_.empty()) payment_type_ = "DB";
    if (brands_.empty()) brands_ = "VISA MASTER AMEX";
}

constexpr turnpike::Operation<Emetec> kOperations[] = {
    {"config.check/1", &Emetec::check_config},
    {"payment.create/1", &Emetec::create_payment},
    {"payment.complete/1", &Emetec::complete_payment},
    {"payment.query/1", &Emetec::query_payment},
    {"payment.capture/1", &Emetec::capture_payment},
    {"payment.void/1", &Emetec::void_payment},
    {"refund.create/1", &Emetec::create_refund},
    {"refund.query/1", &Emetec::query_refund},
    {"webhook.handle/1", &Emetec::handle_webhook},
};

}  // namespace emetec

TURNPIKE_PROVIDER(emetec::Emetec, emetec::kOperations, turnpike_manifest);
