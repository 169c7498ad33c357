#include "nowpayments.hpp"

#include <algorithm>

#include "turnpike_manifest.h"

namespace nowpayments {
namespace {

/// "btc, eth, usdttrc20" in lower case.
std::vector<std::string> coins_of(std::string_view text) {
    std::vector<std::string> out;
    std::string one;
    for (const char c : turnpike::lower(text) + ',') {
        const bool name = (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
        if (name) one += c;
        if (!name && !one.empty()) out.push_back(std::exchange(one, {}));
    }
    return out;
}

}  // namespace

NowPayments::NowPayments(const turnpike::Config& config)
    : mode_(config.mode()),
      api_key_(config.setting("api_key")),
      pay_currencies_(coins_of(config.setting("pay_currencies"))),
      conversion_{turnpike::lower(config.setting("payout_currency")),
                  config.setting("payout_address"), config.enabled("fixed_rate"),
                  config.enabled("fee_paid_by_user")} {
    if (api_key_.empty()) {
        throw turnpike::Error(turnpike::ErrorKind::config, "NOWPayments needs an API key.")
            .field("/settings/api_key");
    }
    if (conversion_.fee_paid_by_user && !conversion_.fixed_rate) {
        throw turnpike::Error(turnpike::ErrorKind::config,
                              "Payers can bear the fee at a fixed rate only.")
            .field("/settings/fixed_rate");
    }
    if (!conversion_.payout_currency.empty() && conversion_.payout_address.empty()) {
        throw turnpike::Error(turnpike::ErrorKind::config,
                              "A payout currency needs an address to pay out to.")
            .field("/settings/payout_address");
    }
}

bool NowPayments::allowed(const std::string& coin) const {
    return pay_currencies_.empty() ||
           std::find(pay_currencies_.begin(), pay_currencies_.end(), coin) !=
               pay_currencies_.end();
}

constexpr turnpike::Operation<NowPayments> kOperations[] = {
    {"config.check/1", &NowPayments::check_config},
    {"payment.create/1", &NowPayments::create_payment},
    {"payment.complete/1", &NowPayments::complete_payment},
    {"payment.query/1", &NowPayments::query_payment},
    {"webhook.handle/1", &NowPayments::handle_webhook},
};

}  // namespace nowpayments

TURNPIKE_PROVIDER(nowpayments::NowPayments, nowpayments::kOperations, turnpike_manifest);
