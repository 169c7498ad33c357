#include "host/identity/base32.hpp"

#include <cstdint>

namespace turnpike::identity {
namespace {

constexpr std::string_view kAlphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

}  // namespace

std::string to_base32(std::string_view bytes) {
    std::string out;
    uint32_t bits = 0;
    int count = 0;
    for (const char c : bytes) {
        bits = bits << 8 | static_cast<uint8_t>(c);
        for (count += 8; count >= 5; count -= 5) out += kAlphabet[bits >> (count - 5) & 31];
    }
    if (count > 0) out += kAlphabet[bits << (5 - count) & 31];
    return out;
}

std::optional<std::string> from_base32(std::string_view text) {
    std::string out;
    uint32_t bits = 0;
    int count = 0;
    for (const char c : text) {
        if (c == ' ' || c == '-' || c == '=') continue;
        const size_t value = kAlphabet.find(c >= 'a' && c <= 'z' ? static_cast<char>(c - 32) : c);
        if (value == std::string_view::npos) return std::nullopt;
        bits = bits << 5 | static_cast<uint32_t>(value);
        count += 5;
        if (count < 8) continue;
        count -= 8;
        out += static_cast<char>(bits >> count & 255);
    }
    return out;
}

}  // namespace turnpike::identity
