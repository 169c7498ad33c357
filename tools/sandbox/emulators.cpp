#include "tools/sandbox/acme/acme.hpp"
#include "tools/sandbox/core/emulator.hpp"
#include "tools/sandbox/duo/duo.hpp"
#include "tools/sandbox/emetec/emetec.hpp"
#include "tools/sandbox/moneris/moneris.hpp"
#include "tools/sandbox/nowpayments/nowpayments.hpp"
#include "tools/sandbox/paymongo/paymongo.hpp"
#include "tools/sandbox/paypal/paypal.hpp"
#include "tools/sandbox/paystack/paystack.hpp"
#include "tools/sandbox/razorpay/razorpay.hpp"
#include "tools/sandbox/scripted/scripted.hpp"
#include "tools/sandbox/stripe/stripe.hpp"
#include "tools/sandbox/xero/xero.hpp"

namespace sandbox {

std::vector<std::unique_ptr<Emulator>> make_emulators(const Surroundings& surroundings) {
    std::vector<std::unique_ptr<Emulator>> out;
    for (auto* make : {make_acme, make_duo, make_emetec, make_moneris, make_nowpayments, make_paymongo, make_paystack, make_razorpay, make_scripted, make_stripe, make_xero}) out.push_back(make(surroundings));
    for (auto& emulator : make_paypal(surroundings)) out.push_back(std::move(emulator));
    return out;
}

}  // namespace sandbox
