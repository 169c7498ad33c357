#pragma once

#include <string_view>

namespace stripe {

/// The nearest language Stripe's pages speak; "" lets the browser choose.
std::string_view page_locale(std::string_view wanted);

}  // namespace stripe
