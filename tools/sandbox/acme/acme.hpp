#pragma once

#include "tools/sandbox/core/emulator.hpp"

namespace sandbox {

/// The invented provider of the SDK's examples.
std::unique_ptr<Emulator> make_acme(const Surroundings& surroundings);

}  // namespace sandbox
