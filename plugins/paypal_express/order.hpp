#pragma once

#include "nvp.hpp"

namespace paypal_express {

/// What is to be paid, as SetExpressCheckout and DoExpressCheckoutPayment both want it: PayPal does not
/// carry it over.
void add_order(Nvp& out, const turnpike::Json& input, const std::string& email);

/// PayPal's page for a token; the payer's last button there is "Pay now".
std::string approve_url(turnpike::Mode mode, std::string_view token);

}  // namespace paypal_express
