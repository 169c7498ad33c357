#pragma once

#include <string>

#include "host/json/value.hpp"
#include "host/payments/payment.hpp"
#include "host/payments/refund_rows.hpp"

namespace turnpike::payments {

/// Where a payment's browser and the provider come back to.
struct PaymentUrls {
    std::string return_url, cancel_url, notify_url;
    std::string page_url;  ///< where we show the provider's page of the payment
};

/// Inputs of operations as sdk/docs/operations.md describes them.
json::Value create_input(const Payment& payment, const PaymentUrls& urls, const json::Value& customer);
/// query, complete, capture and void.
json::Value payment_input(const Payment& payment);
json::Value capture_input(const Payment& payment, int64_t capture_minor);
json::Value refund_input(const Payment& payment, const Refund& refund);
json::Value refund_query_input(const Payment& payment, const Refund& refund);

}  // namespace turnpike::payments
