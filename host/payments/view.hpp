#pragma once

#include "host/json/value.hpp"
#include "host/payments/payment.hpp"
#include "host/payments/refund_rows.hpp"

namespace turnpike::payments {

/// The payment as the API shows it (contracts.md 3): amounts are decimal strings of its currency.
json::Value payment_json(const Payment& payment);
/// The same for events, which more people read: the payer's client secret stays out.
json::Value event_json(const Payment& payment);
json::Value refund_json(const Refund& refund);

}  // namespace turnpike::payments
