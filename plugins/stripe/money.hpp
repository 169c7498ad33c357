#pragma once

#include <cstdint>
#include <string_view>

#include "turnpike/money.hpp"

namespace stripe {

/// How many decimals Stripe's integer amounts have in a currency, in either case of letters.  It is
/// not always ISO 4217's number: MGA is 0 here.
int wire_exponent(std::string_view currency);

/// An integer of one of Stripe's objects.
turnpike::Money from_wire(int64_t amount, std::string_view currency);

/// The integer Stripe wants.  Throws Error(input) where it cannot express the amount.
int64_t to_wire(const turnpike::Money& money);

}  // namespace stripe
