#pragma once

#include <string_view>

namespace emetec {

/// What a result code says, by the groups the platform documents.
enum class Outcome {
    success,
    review,     ///< a person at the merchant looks at it
    waiting,    ///< the shopper is still at the form
    slow,       ///< a way to pay that takes days
    unknown,    ///< communication broke: nobody knows
    cancelled,  ///< by the shopper
    dispute,
    throttled,
    failure,
};
Outcome outcome_of(std::string_view code);

/// A success of the integrator's test mode: no money in it.
bool is_test_money(std::string_view code);

}  // namespace emetec
