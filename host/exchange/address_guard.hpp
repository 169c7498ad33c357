#pragma once

#include <sys/socket.h>

namespace turnpike::exchange {

/// Whether an address is one of the public internet.  Checked on the address that is about to be connected, not on a
/// name: loopback, private, link-local (metadata services), shared, benchmarking, documentation, multicast and
/// reserved ranges are not, nor are IPv6 addresses that carry one of them inside (mapped, 6to4, NAT64, Teredo).
bool is_public_address(const sockaddr* address);

}  // namespace turnpike::exchange
