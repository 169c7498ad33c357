#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "host/base/random.hpp"

namespace turnpike::outgoing {

/// "whsec_" and the base64 of 32 random bytes (Standard Webhooks 1.0).
std::string new_secret(Random& random);

/// The webhook-signature header: "v1,BASE64" of HMAC-SHA256 over `id.timestamp.body` for every secret that is live, by
/// spaces.  Secrets that are none sign nothing.
std::string signature_header(const std::vector<std::string>& secrets, std::string_view id, int64_t timestamp_s, std::string_view body);

}  // namespace turnpike::outgoing
