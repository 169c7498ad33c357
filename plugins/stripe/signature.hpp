#pragma once

#include "turnpike/provider.hpp"

namespace stripe {

/// True when the Stripe-Signature header proves that whoever holds the webhook secret sent this
/// body.
bool proven(const turnpike::Op& op);

}  // namespace stripe
