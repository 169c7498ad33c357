#pragma once

#include <optional>
#include <string>

#include "host/base/result.hpp"
#include "host/payments/integration.hpp"

namespace turnpike::payments {

/// What a customer pays for a credit of `amount` (money.md 2), all in minor units.
struct Price {
    money::Currency currency;
    int64_t amount = 0;
    int64_t surcharge = 0;
    int64_t total = 0;
};

/// Checks currency, format, step and limits, and adds the surcharge.
/// Failure: 422 currency_not_enabled, amount_invalid, amount_step, amount_too_small, amount_too_large.
Result<Price> price(const Integration& integration, const std::string& currency, const std::string& amount);

/// What an integration is offered in: the configuration's currencies, or its setting of that name where the category has
/// no money keys.
std::vector<std::string> offered_currencies(const Integration& integration);

/// The smallest unit the provider takes of a currency, in minor units.
int64_t step_of(const config::Manifest& manifest, money::Currency currency);

}  // namespace turnpike::payments
