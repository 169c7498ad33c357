#include "host/exchange/address_guard.hpp"

#include <arpa/inet.h>
#include <netinet/in.h>

#include <cstdint>
#include <cstring>
#include <initializer_list>

namespace turnpike::exchange {
namespace {

struct Range4 {
    uint32_t from;
    int bits;
};
// IANA's special-purpose registry, what is not globally reachable.
constexpr Range4 kRefused4[] = {
    {0x00000000, 8},  {0x0a000000, 8},  {0x64400000, 10}, {0x7f000000, 8},  {0xa9fe0000, 16}, {0xac100000, 12}, {0xc0000000, 24},
    {0xc0000200, 24}, {0xc0586300, 24}, {0xc0a80000, 16}, {0xc6120000, 15}, {0xc6336400, 24}, {0xcb007100, 24}, {0xe0000000, 4},
    {0xf0000000, 4},
};

bool public4(uint32_t address) {
    for (const Range4& range : kRefused4) {
        const uint32_t mask = ~uint32_t{0} << (32 - range.bits);
        if ((address & mask) == range.from) return false;
    }
    return true;
}

uint32_t word(const uint8_t* bytes) {
    return uint32_t{bytes[0]} << 24 | uint32_t{bytes[1]} << 16 | uint32_t{bytes[2]} << 8 | uint32_t{bytes[3]};
}

bool begins(const uint8_t* bytes, std::initializer_list<uint8_t> prefix) {
    return std::memcmp(bytes, prefix.begin(), prefix.size()) == 0;
}

bool public6(const uint8_t* b) {
    if (begins(b, {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff})) return public4(word(b + 12));
    if (begins(b, {0, 0x64, 0xff, 0x9b, 0, 0, 0, 0, 0, 0, 0, 0})) return public4(word(b + 12));
    if (begins(b, {0x20, 0x02})) return public4(word(b + 2));
    if (begins(b, {0x20, 0x01, 0x0d, 0xb8}) || begins(b, {0x3f, 0xff, 0x00})) return false;
    if (begins(b, {0x20, 0x01, 0x00}) || begins(b, {0x20, 0x01, 0x01})) return false;
    // Only 2000::/3 is handed out to the public.
    return (b[0] & 0xe0) == 0x20;
}

}  // namespace

bool is_public_address(const sockaddr* address) {
    if (address->sa_family == AF_INET) {
        sockaddr_in in{};
        std::memcpy(&in, address, sizeof in);
        return public4(ntohl(in.sin_addr.s_addr));
    }
    if (address->sa_family != AF_INET6) return false;
    sockaddr_in6 in{};
    std::memcpy(&in, address, sizeof in);
    return public6(in.sin6_addr.s6_addr);
}

}  // namespace turnpike::exchange
