#pragma once

#include "host/json/value.hpp"
#include "host/payments/payment.hpp"
#include "host/payments/refund_rows.hpp"

namespace turnpike::payments {

/// The payment as API and events show it (contracts.md 3): amounts are decimal strings of its currency.
json::Value payment_json(const Payment& payment);
json::Value refund_json(const Refund& refund);

}  // namespace turnpike::payments
