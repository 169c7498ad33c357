#pragma once

#include <string>
#include <vector>

#include "host/base/address_ranges.hpp"
#include "host/http/message.hpp"

namespace turnpike::http {

/// Which peers may say whom they speak for.
class TrustedProxies {
  public:
    /// Addresses or CIDR ranges, IPv4 and IPv6; what is neither is never trusted.
    explicit TrustedProxies(const std::vector<std::string>& ranges) : ranges_(ranges) {}
    /// The client's address: the right-most one of X-Forwarded-For that no trusted proxy has, when the peer is a trusted
    /// proxy; else the peer itself.
    std::string client_of(const std::string& peer, const Request& request) const;
    bool trusts(const std::string& address) const { return ranges_.holds(address); }

  private:
    AddressRanges ranges_;
};

}  // namespace turnpike::http
