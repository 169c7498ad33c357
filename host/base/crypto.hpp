#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace turnpike {

/// All over OpenSSL.  `bytes` in and out are raw.
std::string sha256(std::string_view bytes);
std::string hmac_sha256(std::string_view key, std::string_view bytes);
/// Only where a standard asks for it (RFC 4226).
std::string hmac_sha1(std::string_view key, std::string_view bytes);
/// scrypt (RFC 7914) with N = 2^log_n; 32 bytes.  Takes 128 r N bytes of memory while it works.
std::string scrypt(std::string_view password, std::string_view salt, int log_n, int r, int p);
/// Compares in a time that depends on the lengths only.  Every secret or digest is compared with this.
bool equal_constant_time(std::string_view a, std::string_view b);
/// AES-256-GCM.  key: 32 bytes, nonce: 12 bytes; the result is ciphertext followed by the 16-byte tag.
std::string seal_aes256gcm(std::string_view key, std::string_view nonce, std::string_view aad,
                           std::string_view plain);
/// nullopt when key, aad or bytes do not belong together.
std::optional<std::string> open_aes256gcm(std::string_view key, std::string_view nonce,
                                          std::string_view aad, std::string_view sealed);

}  // namespace turnpike
