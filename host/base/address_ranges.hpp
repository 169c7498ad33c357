#pragma once

#include <sys/socket.h>

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace turnpike {

/// Addresses and networks somebody named: "10.0.0.0/8", "fd00::/8", "192.0.2.7".  Immutable; any thread.
class AddressRanges {
  public:
    /// What is neither an address nor a network is left out; see is_range().
    explicit AddressRanges(const std::vector<std::string>& texts);
    static bool is_range(const std::string& text);

    bool holds(const sockaddr* address) const;
    bool holds(const std::string& address) const;
    bool empty() const { return ranges_.empty(); }

  private:
    struct Range {
        std::string bytes;  ///< 16 bytes, IPv4 mapped
        int bits = 0;
    };
    static std::optional<Range> read(const std::string& text);
    bool holds_bytes(const std::string& bytes) const;
    std::vector<Range> ranges_;
};

/// 16 bytes in network order; IPv4 as mapped IPv6, so that one comparison serves both.
std::optional<std::string> address_bytes(const std::string& text);

}  // namespace turnpike
