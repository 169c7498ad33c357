#pragma once

#include <string>

#include "turnpike/provider.hpp"

namespace stripe {

struct Keys {
    turnpike::Mode mode;
    const std::string& public_key;
    const std::string& private_key;
};

/// A PaymentIntent of its own, paid by Stripe.js in the browser with its client secret: on our page
/// `elements`, or on the shop's.  No card number comes near either.
turnpike::Task<turnpike::Next> create_embedded(turnpike::Op& op, Keys keys);

}  // namespace stripe
