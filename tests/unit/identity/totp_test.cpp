#include "host/identity/totp.hpp"

#include <gtest/gtest.h>

#include "host/identity/base32.hpp"

namespace turnpike::identity {
namespace {

const std::string kSecret = "12345678901234567890";

TEST(Totp, CodesAreThoseOfRfc4226) {
    const char* expected[] = {"755224", "287082", "359152", "969429", "338314", "254676", "287922", "162583", "399871", "520489"};
    for (uint64_t i = 0; i < 10; ++i) EXPECT_EQ(hotp(kSecret, i), expected[i]);
}

TEST(Totp, TimesAreThoseOfRfc6238) {
    // The last six of the RFC's eight digits.
    EXPECT_EQ(totp_step(kSecret, "287082", 59'000, 0), 1);
    EXPECT_EQ(totp_step(kSecret, "081804", 1111111109'000, 0), 37037036);
    EXPECT_EQ(totp_step(kSecret, "353130", 20000000000'000, 0), 666666666);
}

TEST(Totp, OneStepOfClockDifferenceIsTakenAndNoMore) {
    const int64_t now = 100 * kTotpStepMs;
    for (int64_t step = 97; step <= 103; ++step)
        EXPECT_EQ(totp_step(kSecret, hotp(kSecret, static_cast<uint64_t>(step)), now, 0).has_value(), step >= 99 && step <= 101) << step;
}

TEST(Totp, ACodeThatWasTakenIsNotTakenAgain) {
    const int64_t now = 100 * kTotpStepMs;
    const auto step = totp_step(kSecret, hotp(kSecret, 100), now, 0);
    ASSERT_TRUE(step);
    EXPECT_FALSE(totp_step(kSecret, hotp(kSecret, 100), now, *step));
    EXPECT_FALSE(totp_step(kSecret, hotp(kSecret, 99), now, *step)) << "nor an older one";
    EXPECT_TRUE(totp_step(kSecret, hotp(kSecret, 101), now, *step));
}

TEST(Totp, NothingButSixDigitsIsACode) {
    for (const char* code : {"", "28708", "2870820", "28708x", " 287082"}) EXPECT_FALSE(totp_step(kSecret, code, 59'000, 0)) << code;
}

TEST(Base32, TheVectorsOfRfc4648GoBothWays) {
    const std::pair<const char*, const char*> vectors[] = {{"", ""}, {"f", "MY"}, {"fo", "MZXQ"}, {"foo", "MZXW6"}, {"foob", "MZXW6YQ"}, {"fooba", "MZXW6YTB"}, {"foobar", "MZXW6YTBOI"}};
    for (const auto& [plain, coded] : vectors) {
        EXPECT_EQ(to_base32(plain), coded);
        EXPECT_EQ(from_base32(coded), plain);
    }
    EXPECT_EQ(from_base32("mzxw 6ytb-oi======"), "foobar");
    EXPECT_FALSE(from_base32("MZXW1"));
}

}  // namespace
}  // namespace turnpike::identity
