#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "turnpike/money.hpp"

namespace razorpay {

/// An integer of one of Razorpay's objects: minor units by ISO 4217, three decimals included.
turnpike::Money from_wire(int64_t amount, std::string_view currency);

/// The integer Razorpay wants.  Throws Error(input) where it cannot express the amount.
int64_t to_wire(const turnpike::Money& money);

/// Units of the base currency for one unit of the payment's, as decimal text.
std::string rate_text(const turnpike::Money& base, const turnpike::Money& paid);

}  // namespace razorpay
