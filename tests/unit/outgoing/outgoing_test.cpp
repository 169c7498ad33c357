#include <gtest/gtest.h>

#include <set>

#include "host/outgoing/endpoint.hpp"
#include "host/outgoing/schedule.hpp"
#include "host/outgoing/signature.hpp"
#include "host/outgoing/target.hpp"

namespace turnpike::outgoing {
namespace {

TEST(Signature, IsTheSpecificationsExample) {
    EXPECT_EQ(signature_header({"whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"}, "msg_p5jXN8AQM9LWM0D4loKWxJek", 1614265330, R"({"test": 2432232314})"),
              "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=");
}

TEST(Signature, HoldsOneForEachLiveSecretAndNoneForWhatIsNoSecret) {
    SeededRandom random(1);
    const std::string one = new_secret(random), two = new_secret(random);
    EXPECT_NE(one, two);
    const std::string both = signature_header({one, two, "whsec_", "plain"}, "evt_1", 1, "{}");
    EXPECT_EQ(both, signature_header({one}, "evt_1", 1, "{}") + " " + signature_header({two}, "evt_1", 1, "{}"));
    EXPECT_NE(signature_header({one}, "evt_1", 1, "{}"), signature_header({one}, "evt_1", 2, "{}"));
}

TEST(Schedule, GoesOnFor75HoursAndThenGivesUp) {
    SeededRandom random(1);
    int64_t sum_ms = 0;
    for (int attempts = 1; attempts < kAttemptsMax; ++attempts) {
        const auto pause = pause_ms(attempts, 0, random);
        ASSERT_TRUE(pause);
        sum_ms += *pause;
    }
    EXPECT_GE(sum_ms, 75LL * 3600 * 1000);
    EXPECT_LE(sum_ms, 84LL * 3600 * 1000);
    EXPECT_FALSE(pause_ms(kAttemptsMax, 0, random));
}

TEST(Schedule, HeedsALongerRetryAfterUpToADayAndSpreadsByChance) {
    SeededRandom random(1);
    EXPECT_GE(*pause_ms(1, 120, random), 120'000);
    EXPECT_LE(*pause_ms(1, 1'000'000, random), 27LL * 3600 * 1000);
    EXPECT_GE(*pause_ms(5, 1, random), 5LL * 3600 * 1000);
    std::set<int64_t> seen;
    for (int i = 0; i < 20; ++i) seen.insert(*pause_ms(3, 0, random));
    EXPECT_GT(seen.size(), 10u);
}

TEST(Endpoint, WantsTypesFamiliesOrEverything) {
    Endpoint e;
    EXPECT_TRUE(e.wants("payment.created"));
    e.types = {"refund.*", "payment.succeeded"};
    EXPECT_TRUE(e.wants("refund.failed"));
    EXPECT_TRUE(e.wants("payment.succeeded"));
    EXPECT_FALSE(e.wants("payment.succeeded.twice"));
    EXPECT_FALSE(e.wants("payment.failed"));
    EXPECT_FALSE(e.wants("refunds.failed"));
}

TEST(Target, IsHttpsWithAHostAndNobodysName) {
    EXPECT_EQ(url_fault("https://example.com/hooks?x=1", false), "");
    EXPECT_EQ(url_fault("https://example.com:8443/", false), "");
    EXPECT_EQ(url_fault("http://10.0.0.1/", true), "");
    for (const char* bad : {"", "http://example.com/", "https://", "https://a:b@example.com/", "https://example.com/#part", "HTTPS://example.com/", "ftp://example.com/", "example.com", "https://exa mple.com/"})
        EXPECT_NE(url_fault(bad, false), "") << bad;
}

}  // namespace
}  // namespace turnpike::outgoing
