#pragma once

#include "tools/sandbox/core/emulator.hpp"

namespace sandbox {

std::unique_ptr<Emulator> make_scripted(const Surroundings& surroundings);

}  // namespace sandbox
