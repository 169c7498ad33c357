#include "tools/sandbox/core/emulator.hpp"
#include "tools/sandbox/stripe/stripe.hpp"

namespace sandbox {

std::vector<std::unique_ptr<Emulator>> make_emulators(const Surroundings& surroundings) {
    std::vector<std::unique_ptr<Emulator>> out;
    out.push_back(make_stripe(surroundings));
    return out;
}

}  // namespace sandbox
