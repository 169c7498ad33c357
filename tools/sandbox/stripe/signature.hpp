#pragma once

#include <cstdint>
#include <string>

namespace sandbox::stripe {

/// Stripe-Signature: "t=<unix s>,v1=<hex HMAC-SHA256 of t.body>".
std::string signature_header(const std::string& secret, int64_t at_s, const std::string& body);

}  // namespace sandbox::stripe
