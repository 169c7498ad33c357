#pragma once

#include <string>

#include "objects.hpp"
#include "turnpike/provider.hpp"

namespace stripe {

/// Asks Stripe for the payment's present state: its movements, fee, refunds in total and disputes.
turnpike::Task<turnpike::Observation> payment_state(turnpike::Op& op,
                                                    const std::string& private_key,
                                                    turnpike::Mode mode, PaymentIds ids);

}  // namespace stripe
