#include "host/identity/totp.hpp"

#include "host/base/crypto.hpp"
#include "host/base/encoding.hpp"
#include "host/identity/base32.hpp"

namespace turnpike::identity {

std::string hotp(std::string_view secret, uint64_t counter) {
    std::string message(8, '\0');
    for (int i = 7; i >= 0; --i, counter >>= 8) message[static_cast<size_t>(i)] = static_cast<char>(counter & 255);
    const std::string mac = hmac_sha1(secret, message);
    const auto byte = [&](size_t i) { return static_cast<uint32_t>(static_cast<uint8_t>(mac[i])); };
    const size_t at = byte(19) & 15;
    const uint32_t number = (byte(at) & 127) << 24 | byte(at + 1) << 16 | byte(at + 2) << 8 | byte(at + 3);
    std::string digits = std::to_string(number % 1'000'000);
    return std::string(6 - digits.size(), '0') + digits;
}

std::optional<int64_t> totp_step(std::string_view secret, std::string_view code, int64_t now_ms, int64_t last_step) {
    const int64_t now = now_ms / kTotpStepMs;
    std::optional<int64_t> found;
    for (int64_t step = now - 1; step <= now + 1; ++step)
        if (equal_constant_time(hotp(secret, static_cast<uint64_t>(step)), code) && step > last_step) found = step;
    return found;
}

std::string totp_uri(std::string_view secret, std::string_view issuer, std::string_view name) {
    return "otpauth://totp/" + percent_encode(issuer) + ":" + percent_encode(name) + "?secret=" + to_base32(secret) + "&issuer=" + percent_encode(issuer) +
           "&algorithm=SHA1&digits=6&period=30";
}

}  // namespace turnpike::identity
