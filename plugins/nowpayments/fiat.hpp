#pragma once

#include <optional>

#include "turnpike/money.hpp"
#include "turnpike/provider.hpp"

namespace nowpayments {

/// What was asked, in the currency the price is in.  Throws Error(provider) when it is no amount.
turnpike::Money price_of(const turnpike::Json& payment);

/// The part of the price that the coins received are worth; nothing when the message does not tell.
std::optional<turnpike::Money> worth_of(const turnpike::Json& payment, const turnpike::Money& price);

/// The payment's fee in the currency of its price; nothing when no rate is given for its coin.
std::optional<turnpike::Money> fee_of(const turnpike::Json& payment, const turnpike::Money& price);

/// More coins came than were asked for.
bool is_more(const turnpike::Json& payment);

}  // namespace nowpayments
