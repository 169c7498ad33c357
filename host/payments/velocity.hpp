#pragma once

#include "host/config/config.hpp"
#include "host/payments/payment.hpp"
#include "host/store/committer.hpp"

namespace turnpike::payments {

/// Refuses (429 velocity) a payment of a customer who had too many failures in the last hour, or would pass what a customer
/// may ask for in a day.  In the payment's own transaction, before its row.
void check_velocity(store::Tx& tx, const config::Velocity& limits, const Payment& payment);

}  // namespace turnpike::payments
