#include "host/base/encoding.hpp"

#include <gtest/gtest.h>

#include "host/base/clock.hpp"
#include "host/base/crypto.hpp"
#include "host/base/ids.hpp"

namespace turnpike {
namespace {

TEST(Encoding, Base64FollowsTheVectorsOfRfc4648) {
    EXPECT_EQ(to_base64("foobar"), "Zm9vYmFy");
    EXPECT_EQ(to_base64("fo"), "Zm8=");
    EXPECT_EQ(to_base64url("\xfb\xff"), "-_8");
    EXPECT_EQ(from_base64("Zm8="), "fo");
    EXPECT_EQ(from_base64("Zm8"), "fo");
    EXPECT_EQ(from_base64("Zm9vYmE"), "fooba");
    EXPECT_FALSE(from_base64("Z"));
    EXPECT_FALSE(from_base64("Zm8*"));
    EXPECT_FALSE(from_base64("Zm8=="));
}

TEST(Encoding, HexTakesEitherCaseAndRefusesTheRest) {
    EXPECT_EQ(to_hex("\x01\xfe"), "01fe");
    EXPECT_EQ(from_hex("01Fe"), "\x01\xfe");
    EXPECT_FALSE(from_hex("0"));
    EXPECT_FALSE(from_hex("0g"));
}

TEST(Encoding, PercentEscapesRoundTripAndMalformedOnesAreRefused) {
    EXPECT_EQ(percent_encode("a b/~\xc3\xa9"), "a%20b%2F~%C3%A9");
    EXPECT_EQ(percent_decode("a%20b+c"), "a b+c");
    EXPECT_EQ(percent_decode("a+b", Plus::space), "a b");
    EXPECT_FALSE(percent_decode("%2"));
    EXPECT_FALSE(percent_decode("%zz"));
}

TEST(Encoding, Utf8RefusesOverlongFormsSurrogatesAndTruncation) {
    EXPECT_TRUE(is_utf8("\xc3\xa9\xe2\x82\xac\xf0\x9f\x98\x80"));
    for (const char* bad : {"\xc0\xaf", "\xed\xa0\x80", "\xf4\x90\x80\x80", "\xe2\x82", "\x80", "\xff"}) {
        EXPECT_FALSE(is_utf8(bad));
    }
}

TEST(Crypto, AesGcmOpensOnlyWithItsKeyNonceAndAad) {
    const std::string key(32, 'k');
    const std::string nonce(12, 'n');
    const auto sealed = seal_aes256gcm(key, nonce, "stripe-main/private_key", "sk_live");
    EXPECT_EQ(open_aes256gcm(key, nonce, "stripe-main/private_key", sealed), "sk_live");
    EXPECT_FALSE(open_aes256gcm(key, nonce, "stripe-main/public_key", sealed));
    EXPECT_FALSE(open_aes256gcm(std::string(32, 'x'), nonce, "stripe-main/private_key", sealed));
    EXPECT_FALSE(open_aes256gcm(key, nonce, "stripe-main/private_key", sealed.substr(1)));
    EXPECT_FALSE(open_aes256gcm(key, nonce, "stripe-main/private_key", "short"));
}

TEST(Crypto, HmacFollowsRfc4231CaseTwo) {
    EXPECT_EQ(to_hex(hmac_sha256("Jefe", "what do ya want for nothing?")),
              "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
}

TEST(Ids, SortByTimeAndNeverRepeat) {
    ManualClock clock(1700000000000);
    SeededRandom random(1);
    const Ids ids(clock, random);
    const auto first = ids.make("pay_");
    EXPECT_EQ(first.size(), 30u);
    EXPECT_NE(first, ids.make("pay_"));
    clock.advance_ms(1);
    EXPECT_LT(first, ids.make("pay_"));
    EXPECT_EQ(ids.reference().size(), 16u);
}

TEST(Clock, Rfc3339ShowsUtcWithMilliseconds) {
    EXPECT_STREQ(rfc3339(1700000000123).text, "2023-11-14T22:13:20.123Z");
    EXPECT_STREQ(rfc3339(0).text, "1970-01-01T00:00:00.000Z");
}

}  // namespace
}  // namespace turnpike
