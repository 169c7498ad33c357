#pragma once

#include "tools/sandbox/core/emulator.hpp"

namespace sandbox {

std::unique_ptr<Emulator> make_duo(const Surroundings& surroundings);

}  // namespace sandbox
