#include "host/base/address_ranges.hpp"

#include <arpa/inet.h>
#include <netinet/in.h>

#include <cstring>

namespace turnpike {
namespace {

std::string mapped(const void* four) {
    std::string out(16, '\0');
    out[10] = out[11] = '\xff';
    std::memcpy(out.data() + 12, four, 4);
    return out;
}

bool same_prefix(const std::string& a, const std::string& b, int bits) {
    for (int i = 0; i < 16 && bits > 0; ++i, bits -= 8) {
        const int take = bits >= 8 ? 8 : bits;
        const auto mask = static_cast<unsigned char>(0xff << (8 - take));
        if ((static_cast<unsigned char>(a[static_cast<size_t>(i)]) & mask) != (static_cast<unsigned char>(b[static_cast<size_t>(i)]) & mask)) return false;
    }
    return true;
}

}  // namespace

std::optional<std::string> address_bytes(const std::string& text) {
    unsigned char out[16] = {};
    if (::inet_pton(AF_INET6, text.c_str(), out) == 1) return std::string(reinterpret_cast<char*>(out), 16);
    if (::inet_pton(AF_INET, text.c_str(), out) != 1) return std::nullopt;
    return mapped(out);
}

std::optional<AddressRanges::Range> AddressRanges::read(const std::string& text) {
    const size_t slash = text.find('/');
    const auto bytes = address_bytes(text.substr(0, slash));
    if (!bytes) return std::nullopt;
    const bool v4 = text.find(':') == std::string::npos;
    const int most = v4 ? 32 : 128;
    int bits = most;
    if (slash != std::string::npos) {
        const std::string digits = text.substr(slash + 1);
        if (digits.empty() || digits.size() > 3 || digits.find_first_not_of("0123456789") != std::string::npos || std::stoi(digits) > most) return std::nullopt;
        bits = std::stoi(digits);
    }
    return Range{*bytes, v4 ? bits + 96 : bits};
}

bool AddressRanges::is_range(const std::string& text) { return read(text).has_value(); }

AddressRanges::AddressRanges(const std::vector<std::string>& texts) {
    for (const std::string& text : texts)
        if (auto range = read(text)) ranges_.push_back(std::move(*range));
}

bool AddressRanges::holds_bytes(const std::string& bytes) const {
    for (const Range& range : ranges_)
        if (same_prefix(bytes, range.bytes, range.bits)) return true;
    return false;
}

bool AddressRanges::holds(const std::string& address) const {
    const auto bytes = address_bytes(address);
    return bytes && holds_bytes(*bytes);
}

bool AddressRanges::holds(const sockaddr* address) const {
    if (address->sa_family == AF_INET) return holds_bytes(mapped(&reinterpret_cast<const sockaddr_in*>(address)->sin_addr));
    if (address->sa_family != AF_INET6) return false;
    return holds_bytes(std::string(reinterpret_cast<const char*>(&reinterpret_cast<const sockaddr_in6*>(address)->sin6_addr), 16));
}

}  // namespace turnpike
