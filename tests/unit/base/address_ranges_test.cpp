#include "host/base/address_ranges.hpp"

#include <gtest/gtest.h>
#include <netinet/in.h>

#include <cstring>

namespace turnpike {
namespace {

TEST(AddressRanges, HoldsWhatItsNetworksHoldAndNothingElse) {
    const AddressRanges ranges({"10.0.0.0/8", "192.0.2.7", "fd00::/8", "nonsense", "10.0.0.0/33"});
    for (const char* in : {"10.1.2.3", "192.0.2.7", "fd12::1", "::ffff:10.0.0.1"}) EXPECT_TRUE(ranges.holds(std::string(in))) << in;
    for (const char* out : {"11.0.0.1", "192.0.2.8", "fe80::1", "", "10.0.0"}) EXPECT_FALSE(ranges.holds(std::string(out))) << out;
    EXPECT_TRUE(AddressRanges::is_range("0.0.0.0/0"));
    for (const char* none : {"", "10.0.0.0/", "10.0.0.0/33", "::/129", "host", "10.0.0.0/8x"}) EXPECT_FALSE(AddressRanges::is_range(none)) << none;
}

TEST(AddressRanges, ReadsTheAddressThatIsAboutToBeDialled) {
    const AddressRanges ranges({"127.0.0.0/8"});
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    sockaddr any{};
    std::memcpy(&any, &address, sizeof any);
    EXPECT_TRUE(ranges.holds(&any));
    any.sa_family = AF_UNIX;
    EXPECT_FALSE(ranges.holds(&any));
}

}  // namespace
}  // namespace turnpike
