#include "host/exchange/route.hpp"

#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <netinet/in.h>

#include "host/base/encoding.hpp"
#include "host/exchange/address_guard.hpp"
#include "host/exchange/transcript.hpp"

namespace turnpike::exchange {
namespace {

bool reachable(const std::string& text) {
    sockaddr_in in4{};
    in4.sin_family = AF_INET;
    if (inet_pton(AF_INET, text.c_str(), &in4.sin_addr) == 1) return is_public_address(reinterpret_cast<sockaddr*>(&in4));
    sockaddr_in6 in6{};
    in6.sin6_family = AF_INET6;
    EXPECT_EQ(inet_pton(AF_INET6, text.c_str(), &in6.sin6_addr), 1) << text;
    return is_public_address(reinterpret_cast<sockaddr*>(&in6));
}

TEST(AddressGuard, NoAddressOfOurOwnNetworksIsEverConnected) {
    for (const char* address : {"127.0.0.1", "127.255.255.254", "0.0.0.0", "0.1.2.3", "10.0.0.1", "10.255.255.255", "172.16.0.1", "172.31.255.255", "192.168.0.1", "192.168.255.255",
                                "169.254.169.254", "169.254.0.1", "100.64.0.1", "100.127.255.255", "198.18.0.1", "198.19.255.255", "192.0.0.1", "192.0.2.1", "198.51.100.7", "203.0.113.9",
                                "192.88.99.1", "224.0.0.1", "239.255.255.255", "240.0.0.1", "255.255.255.255", "::", "::1", "fe80::1", "fc00::1", "fd12:3456::1", "ff02::1",
                                "::ffff:127.0.0.1", "::ffff:10.0.0.1", "::ffff:169.254.169.254", "64:ff9b::7f00:1", "64:ff9b::a00:1", "2002:7f00:1::", "2002:c0a8:1::", "2001::1", "2001:db8::1",
                                "2001:100::1", "3fff::1", "100::1", "::2", "1::1", "4000::1", "fec0::1"})
        EXPECT_FALSE(reachable(address)) << address;
    for (const char* address : {"1.1.1.1", "8.8.8.8", "54.187.174.169", "172.32.0.1", "100.128.0.1", "2606:4700::1111", "2a00:1450:4001::1", "::ffff:8.8.8.8", "2002:808:808::"})
        EXPECT_TRUE(reachable(address)) << address;
}

TEST(Route, UrlsThatHideWhereTheyLeadAreRefused) {
    for (const char* url : {"http://api.stripe.com/", "https://127.0.0.1/", "https://2130706433/", "https://0x7f000001/", "https://0177.0.0.1/", "https://user@api.stripe.com/", "https://api.stripe.com:8443/",
                            "https://api.stripe.com@evil.example/", "https://[::1]/", "https://localhost/", "https://api.stripe.com\\@evil.example/", "https:///path", "https://.stripe.com/", "https://a..b/",
                            "ftp://api.stripe.com/", "https://api.stripe.com/a b", "https://api.stripe.com/\r\nX: y", "HTTPS://api.stripe.com/"})
        EXPECT_FALSE(parse_url(url)) << url;
    EXPECT_EQ(parse_url("https://API.Stripe.com:443/v1?a=1#x")->host, "api.stripe.com");
    EXPECT_EQ(parse_url("https://api.stripe.com/v1?a=1#x")->rest, "/v1?a=1");
    EXPECT_EQ(parse_url("https://api.stripe.com?a=1")->rest, "/?a=1");
}

TEST(Route, AHostIsReachedOnlyWhenTheManifestNamesIt) {
    Route route;
    route.hosts = {"api.acme.com", "*.pay.acme.com"};
    EXPECT_TRUE(may_reach(route, "api.acme.com"));
    EXPECT_TRUE(may_reach(route, "eu.pay.acme.com"));
    EXPECT_FALSE(may_reach(route, "a.b.pay.acme.com"));
    EXPECT_FALSE(may_reach(route, "pay.acme.com"));
    EXPECT_FALSE(may_reach(route, "evilpay.acme.com"));
    EXPECT_FALSE(may_reach(route, "acme.com"));
}

TEST(Route, WhileAProviderIsEmulatedItsUrlsLeadToTheSandbox) {
    Route route;
    route.sandbox_url = "http://127.0.0.1:8090";
    EXPECT_EQ(route_url(route, *parse_url("https://api.stripe.com/v1/x?y=1")), "http://127.0.0.1:8090/api.stripe.com/v1/x?y=1");
    EXPECT_EQ(rewrite_for_sandbox(route.sandbox_url, "https://checkout.stripe.com/c/1"), "http://127.0.0.1:8090/checkout.stripe.com/c/1");
    EXPECT_EQ(rewrite_for_sandbox(std::nullopt, "https://checkout.stripe.com/c/1"), "https://checkout.stripe.com/c/1");
}

TEST(Transcript, ASecretIsMaskedInEverySpelling) {
    Route route;
    const std::string secret = "s3cr3t/value+0\"9";
    route.secrets = {secret};
    plugins::HttpRequest request;
    request.redact = {"PWD", "api_token"};
    const Scrubber scrub(route, request);
    for (size_t shift = 0; shift < 3; ++shift)
        EXPECT_EQ(scrub.text(to_base64(std::string(shift, 'u') + secret + "rest")).find(to_base64(std::string(shift, 'u') + secret).substr(8, 8)), std::string::npos) << shift;
    EXPECT_EQ(scrub.text("a" + secret + "b"), "a********b");
    EXPECT_EQ(scrub.text(to_hex(secret)), "********");
    EXPECT_EQ(scrub.text(percent_encode(secret)), "********");
    EXPECT_EQ(scrub.body(R"({"api_token":"x","deep":[{"access_token":"y","ok":1}]})"), R"({"api_token":"********","deep":[{"access_token":"********","ok":1}]})");
    EXPECT_EQ(scrub.body("USER=a&PWD=hidden&X=1"), "USER=a&PWD=********&X=1");
    EXPECT_EQ(scrub.body("<r><api_token>hidden</api_token></r>"), "<r><api_token>********</api_token></r>");
    EXPECT_EQ(scrub.body("card=4242424242424242"), "card=************4242");
    EXPECT_EQ(scrub.head({{"Authorization", "Bearer x", false}, {"X-Key", "k", true}, {"Accept", "json", false}}), "Authorization: ********\nX-Key: ********\nAccept: json\n");
}

}  // namespace
}  // namespace turnpike::exchange
