#include "moneris.hpp"

#include "turnpike_manifest.h"

namespace moneris {
namespace {

using turnpike::Error;
using turnpike::ErrorKind;

}  // namespace

Moneris::Moneris(const turnpike::Config& config)
    : mode_(config.mode()),
      store_id_(config.setting("store_id")),
      api_token_(config.setting("api_token")),
      checkout_id_(config.setting("checkout_id")) {
    if (store_id_.empty() || api_token_.empty()) {
        throw Error(ErrorKind::config, "Moneris needs Store ID and Signature.")
            .field(store_id_.empty() ? "/settings/store_id" : "/settings/api_token");
    }
    const std::vector<std::string> currencies = config.currencies();
    if (currencies.size() > 1) {
        throw Error(ErrorKind::config, "A Moneris store has one currency: name it alone.")
            .field("/currencies");
    }
    currency_ = currencies.empty() ? "CAD" : currencies.front();
}

turnpike::Money Moneris::amount_of(std::string_view decimal) const {
    const auto out = turnpike::Money::from_decimal(decimal, currency_);
    if (!out) throw Error(ErrorKind::provider, "Moneris's amount cannot be read.");
    return *out;
}

constexpr turnpike::Operation<Moneris> kOperations[] = {
    {"config.check/1", &Moneris::check_config},
    {"payment.create/1", &Moneris::create_payment},
    {"payment.complete/1", &Moneris::query_payment},
    {"payment.query/1", &Moneris::query_payment},
    {"payment.capture/1", &Moneris::capture_payment},
    {"payment.void/1", &Moneris::void_payment},
    {"refund.create/1", &Moneris::create_refund},
    {"refund.query/1", &Moneris::query_refund},
};

}  // namespace moneris

TURNPIKE_PROVIDER(moneris::Moneris, moneris::kOperations, turnpike_manifest);
