#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace turnpike::identity {

constexpr int64_t kTotpStepMs = 30'000;

/// RFC 4226 with six digits.
std::string hotp(std::string_view secret, uint64_t counter);
/// RFC 6238: the step whose code this is, one step of clock difference allowed to either side and no step up to
/// `last_step`, so that no code is taken twice.  nullopt when it is none.
std::optional<int64_t> totp_step(std::string_view secret, std::string_view code, int64_t now_ms, int64_t last_step);
/// "otpauth://totp/Turnpike:NAME?secret=...", as authenticator apps read it from a QR code.
std::string totp_uri(std::string_view secret, std::string_view issuer, std::string_view name);

}  // namespace turnpike::identity
