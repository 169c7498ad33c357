#include "host/worker/wire.hpp"

#include <gtest/gtest.h>

#include "host/worker/host_desk.hpp"
#include "host/worker/messages.hpp"
#include "host/worker/step_cache.hpp"

namespace turnpike::worker {
namespace {

plugins::Outcome request_with(const std::string& header) {
    plugins::Outcome out;
    plugins::HttpRequest request;
    request.method = "POST";
    request.url = "https://api.zoo.example/";
    request.label = "x";
    request.headers = {{"X-A", header, false}};
    out.verdict = request;
    return out;
}

TEST(Wire, AStepComesBackAsItWent) {
    plugins::Step step;
    step.op = "payment.create/1";
    step.seed.fill(7);
    step.inbound.emplace();
    step.inbound->body = std::string("a\0b", 3);
    step.events.resize(2);
    step.events[1].response.headers = {{"A", "b", true}};
    const auto back = unpacked<StepMessage>(packed(StepMessage{1, step}));
    ASSERT_TRUE(back);
    EXPECT_EQ(back->known, 1u);
    EXPECT_EQ(back->step.seed, step.seed);
    EXPECT_EQ(back->step.inbound->body, step.inbound->body);
    EXPECT_TRUE(back->step.events[1].response.headers[0].sensitive);
}

TEST(Wire, NoCutAndNoFlippedByteIsMoreThanARefusal) {
    const std::string whole = packed(request_with("v"));
    for (size_t cut = 0; cut < whole.size(); ++cut) EXPECT_FALSE(unpacked<plugins::Outcome>(whole.substr(0, cut)));
    EXPECT_FALSE(unpacked<plugins::Outcome>(whole + "x"));
    for (size_t at = 0; at < whole.size(); ++at) {
        std::string flipped = whole;
        flipped[at] = static_cast<char>(flipped[at] ^ 0xff);
        if (const auto outcome = unpacked<plugins::Outcome>(flipped)) checked(*outcome, plugins::Step{});
    }
}

TEST(Wire, ACountLargerThanTheBytesReservesNothing) {
    std::string bytes = packed(request_with("v"));
    for (size_t at = 0; at + 4 <= bytes.size(); ++at) {
        std::string huge = bytes;
        huge.replace(at, 4, "\xff\xff\xff\x7f");
        (void)unpacked<plugins::Outcome>(huge);
    }
}

TEST(Checked, AnOutcomeFromAWorkerIsHeldToEveryRule) {
    const plugins::Outcome bad = checked(request_with("a\r\nX-B: c"), plugins::Step{});
    EXPECT_EQ(std::get<plugins::PluginError>(bad.verdict).kind, plugins::ErrorKind::internal);
    EXPECT_TRUE(std::holds_alternative<plugins::HttpRequest>(checked(request_with("fine"), plugins::Step{}).verdict));
    plugins::Outcome done;
    done.verdict = plugins::Done{R"({"a":1,"a":2})"};
    done.keeps = {{0, "k", "v", 0, false, false}, {3, "old", "v", 0, false, false}};
    EXPECT_TRUE(std::holds_alternative<plugins::PluginError>(checked(done, plugins::Step{}).verdict));
    done.verdict = plugins::Done{R"({"a":1})"};
    EXPECT_EQ(checked(done, plugins::Step{}).keeps.size(), 1u);
    done.verdict = plugins::Wait{60000};
    EXPECT_TRUE(std::holds_alternative<plugins::PluginError>(checked(done, plugins::Step{}).verdict));
}

TEST(HostDesk, BytesMadeHereAreNobodysClaim) {
    const plugins::SettingTexts texts = {{"key", "secret"}};
    HostDesk desk(texts);
    const auto made = desk.use({plugins::KeyUse::Kind::hmac, "hmac-sha256", "key", 0, "message"});
    ASSERT_TRUE(made);
    plugins::KeyProof proof{"hmac-sha256", "key", 0, "message", 0, *made, "", "", true};
    EXPECT_FALSE(desk.prove(proof).yes);
    EXPECT_FALSE(desk.proven());
    HostDesk another(texts);
    EXPECT_TRUE(another.prove(proof).yes);
    EXPECT_TRUE(another.proven());
    proof.setting = "nothing";
    EXPECT_FALSE(another.prove(proof).yes);
}

TEST(StepCache, ForgetsTheOldestAndBoundsItsBytes) {
    StepCache<int> cache;
    for (uint64_t run = 1; run <= 300; ++run) cache.put(run, static_cast<int>(run), 10);
    EXPECT_FALSE(cache.find(44));
    EXPECT_TRUE(cache.find(45));
    cache.put(1000, 1, 65u << 20);
    EXPECT_FALSE(cache.find(300));
    EXPECT_TRUE(cache.find(1000));
}

}  // namespace
}  // namespace turnpike::worker
