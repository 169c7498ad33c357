#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace turnpike::plugins {

/// The arithmetic of the trade behind tpk_host, over OpenSSL; raw bytes in and out, nullopt for unknown schemes and
/// unusable keys.
std::optional<std::string> digest_of(std::string_view scheme, std::string_view data);
/// "hmac-sha256" and so on; an empty key is refused.
std::optional<std::string> hmac_of(std::string_view scheme, std::string_view key, std::string_view data);
/// "RS256", "RS512", "Ed25519" with a PEM key.
std::optional<std::string> sign_with(std::string_view scheme, std::string_view pem, std::string_view data);
bool verify_with(std::string_view scheme, std::string_view pem, std::string_view data, std::string_view signature);
/// "aes-256-gcm" with a nonce of any length.
std::optional<std::string> open_aead(std::string_view key, std::string_view nonce, std::string_view aad,
                                     std::string_view ciphertext, std::string_view tag);

}  // namespace turnpike::plugins
