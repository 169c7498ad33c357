#include "host/http/proxies.hpp"

#include <arpa/inet.h>

#include <optional>

namespace turnpike::http {
namespace {

/// 16 bytes in network order; IPv4 as mapped IPv6, so that one comparison serves both.
std::optional<std::string> address_bytes(const std::string& text) {
    unsigned char out[16] = {};
    if (inet_pton(AF_INET6, text.c_str(), out) == 1) return std::string(reinterpret_cast<char*>(out), 16);
    unsigned char four[4];
    if (inet_pton(AF_INET, text.c_str(), four) != 1) return std::nullopt;
    out[10] = out[11] = 0xff;
    for (int i = 0; i < 4; ++i) out[12 + i] = four[i];
    return std::string(reinterpret_cast<char*>(out), 16);
}

bool same_prefix(const std::string& a, const std::string& b, int bits) {
    for (int i = 0; i < 16 && bits > 0; ++i, bits -= 8) {
        const int take = bits >= 8 ? 8 : bits;
        const auto mask = static_cast<unsigned char>(0xff << (8 - take));
        if ((static_cast<unsigned char>(a[static_cast<size_t>(i)]) & mask) != (static_cast<unsigned char>(b[static_cast<size_t>(i)]) & mask)) return false;
    }
    return true;
}

std::string without_spaces(std::string_view text) {
    while (!text.empty() && text.front() == ' ') text.remove_prefix(1);
    while (!text.empty() && text.back() == ' ') text.remove_suffix(1);
    return std::string(text);
}

}  // namespace

TrustedProxies::TrustedProxies(const std::vector<std::string>& ranges) {
    for (const std::string& text : ranges) {
        const size_t slash = text.find('/');
        const auto bytes = address_bytes(text.substr(0, slash));
        if (!bytes) continue;
        const bool v4 = text.find(':') == std::string::npos;
        const int most = v4 ? 32 : 128;
        int bits = most;
        if (slash != std::string::npos) {
            const std::string digits = text.substr(slash + 1);
            if (digits.empty() || digits.size() > 3 || digits.find_first_not_of("0123456789") != std::string::npos || std::stoi(digits) > most) continue;
            bits = std::stoi(digits);
        }
        ranges_.push_back({*bytes, v4 ? bits + 96 : bits});
    }
}

bool TrustedProxies::trusts(const std::string& address) const {
    const auto bytes = address_bytes(address);
    if (!bytes) return false;
    for (const Range& range : ranges_)
        if (same_prefix(*bytes, range.bytes, range.bits)) return true;
    return false;
}

std::string TrustedProxies::client_of(const std::string& peer, const Request& request) const {
    if (ranges_.empty() || !trusts(peer)) return peer;
    std::string all;
    for (const Header& h : request.headers)
        if (same_name(h.name, "X-Forwarded-For")) all += (all.empty() ? "" : ",") + h.value;
    std::string client = peer;
    while (!all.empty()) {
        const size_t comma = all.rfind(',');
        const std::string hop = without_spaces(std::string_view(all).substr(comma == std::string::npos ? 0 : comma + 1));
        if (!address_bytes(hop)) return client;
        client = hop;
        if (!trusts(hop)) return client;
        all = comma == std::string::npos ? std::string() : all.substr(0, comma);
    }
    return client;
}

}  // namespace turnpike::http
