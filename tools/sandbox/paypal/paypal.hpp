#pragma once

#include "tools/sandbox/core/emulator.hpp"

namespace sandbox {

/// Two emulators that share one post office: notifications of either are verified at the one address PayPal has.
std::vector<std::unique_ptr<Emulator>> make_paypal(const Surroundings& surroundings);

}  // namespace sandbox
