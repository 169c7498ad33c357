#include "tools/sandbox/paypal/express.hpp"
#include "tools/sandbox/paypal/ipn.hpp"
#include "tools/sandbox/paypal/paypal.hpp"

namespace sandbox {

std::vector<std::unique_ptr<Emulator>> make_paypal(const Surroundings& surroundings) {
    const auto post = std::make_shared<paypal::Post>();
    std::vector<std::unique_ptr<Emulator>> out;
    out.push_back(std::make_unique<paypal::Ipn>(surroundings, post));
    out.push_back(std::make_unique<paypal::Express>(surroundings, post));
    return out;
}

}  // namespace sandbox
