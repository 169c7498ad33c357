#pragma once

#include <cstdint>
#include <optional>

#include "host/config/manifest.hpp"
#include "host/payments/payment.hpp"

namespace turnpike::payments {

/// When the host next asks the provider about a payment by itself; nullopt = it waits to be told (money.md 6, 10, 11).
/// `checks` of the payment counts how often it was asked already.
std::optional<int64_t> next_check(const Payment& payment, const config::PollSpec& poll, int64_t now_ms);
/// As above for a refund whose answer is missing or that the provider still works on.
std::optional<int64_t> next_refund_check(int64_t checks, bool unknown, const config::PollSpec& poll, int64_t now_ms);

}  // namespace turnpike::payments
