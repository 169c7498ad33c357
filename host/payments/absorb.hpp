#pragma once

#include <vector>

#include "host/payments/observation.hpp"
#include "host/payments/payment.hpp"

namespace turnpike::payments {

/// Adds an observation to a payment's state.  `fresh`: those of its effects that were never seen before; the others
/// are repetitions.  Commutative and idempotent (given that freshness): the order of observations is not kept.
void absorb(Payment& payment, const Observation& observation, const std::vector<const Effect*>& fresh);

}  // namespace turnpike::payments
