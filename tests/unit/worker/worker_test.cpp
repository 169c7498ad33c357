#include <gtest/gtest.h>
#include <signal.h>

#include <atomic>
#include <thread>

#include "host/base/crypto.hpp"
#include "host/base/encoding.hpp"
#include "host/worker/descriptors.hpp"
#include "host/worker/lane.hpp"
#include "host/worker/launcher.hpp"
#include "tests/support/fixture.hpp"

namespace turnpike::worker {
namespace {

namespace fs = std::filesystem;
using plugins::Outcome;
using plugins::PluginError;
using plugins::Step;

const fs::path kZoo = fs::path(TURNPIKE_BINARY_DIR) / "tests/abi/zoo";
const fs::path kProgram = fs::path(TURNPIKE_BINARY_DIR) / "host/turnpike-worker";

std::shared_ptr<const plugins::Plugin> animal(const std::string& name) { return plugins::load_plugin(kZoo / name, name, {false, {}, "", false}).value(); }

plugins::InstanceSetup setup() {
    plugins::InstanceSetup out;
    out.integration = "zoo";
    out.mode = "test";
    out.settings = json::Value::object({{"api_key", "zoo-api-key-1"}});
    out.texts = {{"api_key", "zoo-api-key-1"}, {"webhook_key", "zoo-fixture-key"}};
    return out;
}

LaneSetup lane_of(const std::string& name) {
    static std::vector<std::shared_ptr<const plugins::Plugin>> kept;
    kept.push_back(animal(name));
    const plugins::Plugin& plugin = *kept.back();
    return {kProgram, plugin.fd(), {name, plugin.manifest_text(), plugins::config_text(setup()), 256u << 20}, setup().texts, 50};
}

Step create_step(const std::string& op_id = "op_1") {
    Step step;
    step.op = "payment.create/1";
    step.op_id = op_id;
    step.input_json = R"({"reference":"abcd1234abcd1234"})";
    step.now_unix_ms = 1'760'000'000'000;
    return step;
}

void answer(Step& step, const Outcome& outcome, const std::string& body) {
    plugins::Event e;
    e.label = std::get<plugins::HttpRequest>(outcome.verdict).label;
    e.at_unix_ms = step.now_unix_ms;
    e.response.status = 200;
    e.response.body = body;
    step.events.push_back(std::move(e));
}

const PluginError* error_of(const Outcome& outcome) { return std::get_if<PluginError>(&outcome.verdict); }

/// The outcome of a first step in a worker of its own.
std::string hint_of(const std::string& name) {
    Lane lane(lane_of(name));
    const Outcome outcome = lane.step(create_step());
    return error_of(outcome) ? error_of(outcome)->hint : "";
}

TEST(Worker, AnswersAsThePluginWouldHere) {
    Lane lane(lane_of("good"));
    Step step = create_step();
    step.run = 7;
    Outcome outcome = lane.step(step);
    const auto request = std::get<plugins::HttpRequest>(outcome.verdict);
    EXPECT_EQ(request.url, "https://api.zoo.example/token");
    EXPECT_EQ(request.headers.at(0).value, "Bearer zoo-api-key-1");
    answer(step, outcome, R"({"token":"t"})");
    outcome = lane.step(step);
    ASSERT_EQ(outcome.keeps.size(), 1u);
    EXPECT_EQ(outcome.keeps[0].value, "t");
    answer(step, outcome, R"({"id":"o_1","reference":"abcd1234abcd1234","state":"open"})");
    outcome = lane.step(step);
    EXPECT_NE(std::get<plugins::Done>(outcome.verdict).result_json.find("\"o_1\""), std::string::npos);
}

TEST(Worker, AStepFindsItsEventsAfterTheWorkerThatHadThemIsGone) {
    Lane lane(lane_of("good"));
    Step step = create_step();
    step.run = 8;
    const Outcome first = lane.step(step);
    answer(step, first, R"({"token":"t"})");
    const pid_t before = lane.pid();
    ::kill(before, SIGSEGV);
    const Outcome second = lane.step(step);
    EXPECT_EQ(std::get<plugins::HttpRequest>(second.verdict).label, "order.create");
    EXPECT_NE(lane.pid(), before);
}

TEST(Worker, AStepThatEndsItsWorkerTwiceIsAFaultThatNamesHow) {
    for (const auto& [name, how] : {std::pair("null_dereference", "signal 11"), std::pair("aborts", "signal 6"), std::pair("connects", "signal 31"), std::pair("forks", "signal 31"), std::pair("deep_recursion", "signal 11")}) {
        Lane lane(lane_of(name));
        const Outcome outcome = lane.step(create_step());
        ASSERT_TRUE(error_of(outcome)) << name;
        EXPECT_TRUE(error_of(outcome)->crashed) << name;
        // A sanitizer catches the signals it reports on.
        if (kKeepsErrorStream) continue;
        EXPECT_NE(error_of(outcome)->hint.find(how), std::string::npos) << name << ": " << error_of(outcome)->hint;
    }
}

TEST(Worker, AnEndlessStepIsEndedOnceAndTheNextOneIsAnswered) {
    EXPECT_NE(hint_of("endless_loop").find("gave no answer in time"), std::string::npos);
}

TEST(Worker, WhatAConstructorDoesNeverReachesTheHost) {
    EXPECT_NE(hint_of("forks_early").find("signal 31"), std::string::npos) << hint_of("forks_early");
    EXPECT_NE(hint_of("connects_early").find("while it was loaded"), std::string::npos);
}

TEST(Worker, ARefusalIsThatOfAnyOtherPlugin) {
    EXPECT_NE(hint_of("newer_abi").find("upgrade the host"), std::string::npos) << hint_of("newer_abi");
    EXPECT_NE(hint_of("other_manifest").find("the manifest inside differs"), std::string::npos);
    EXPECT_EQ(hint_of("throws"), "An exception crossed the border of the plugin.");
}

TEST(Worker, AMessageIsProvenByTheHostAndNotByTheWorkersWord) {
    Lane lane(lane_of("good"));
    Lane believing(lane_of("wrong_key"));
    Step step = create_step();
    step.op = "webhook.handle/1";
    step.inbound.emplace();
    step.inbound->body = R"({"id":"o_1","reference":"r","state":"paid","cents":100})";
    step.inbound->headers = {{"Zoo-Signature", "00", false}};
    EXPECT_EQ(error_of(lane.step(step))->kind, plugins::ErrorKind::forged);
    step.inbound->headers[0].value = "0a52ab7d5c5d4c1fbf9c1a3e4b";
    EXPECT_FALSE(lane.step(step).proven);
    const std::string key = "zoo-fixture-key";
    // Signed as Zoo signs it: the good plugin proves it, the one with a key of its own only believes it.
    step.inbound->headers[0].value = to_hex(hmac_sha256(key, step.inbound->body));
    EXPECT_TRUE(lane.step(step).proven);
    EXPECT_FALSE(believing.step(step).proven);
}

TEST(Worker, ManyThreadsShareOneWorker) {
    Lane lane(lane_of("good"));
    std::atomic<int> right{0};
    std::vector<std::thread> threads;
    for (int t = 0; t < 8; ++t)
        threads.emplace_back([&, t] {
            for (int i = 0; i < 50; ++i) {
                Step step = create_step("op_" + std::to_string(t));
                step.run = static_cast<uint64_t>(t * 1000 + i + 1);
                step.input_json = "{\"reference\":\"r" + std::to_string(t) + "\"}";
                answer(step, lane.step(step), R"({"token":"t"})");
                const Outcome outcome = lane.step(step);
                if (std::get<plugins::HttpRequest>(outcome.verdict).body == step.input_json) ++right;
            }
        });
    for (auto& thread : threads) thread.join();
    EXPECT_EQ(right, 400);
}

TEST(Quarantine, TakesThreeDifferentOperationsAndNoMessage) {
    std::string quarantined;
    Launcher launcher(kProgram, [&](const std::string& provider, const std::string&) { quarantined = provider; });
    const auto plugin = animal("aborts");
    const auto instance = launcher.create(*plugin, setup()).value();
    Step message = create_step();
    message.op = "webhook.handle/1";
    message.inbound.emplace();
    for (int i = 0; i < 4; ++i) {
        message.op_id = "message_" + std::to_string(i);
        EXPECT_TRUE(error_of(instance->step(message))->crashed);
        EXPECT_TRUE(error_of(instance->step(create_step("same")))->crashed);
    }
    EXPECT_EQ(quarantined, "");
    instance->step(create_step("second"));
    EXPECT_EQ(quarantined, "");
    instance->step(create_step("third"));
    EXPECT_EQ(quarantined, "aborts");
    EXPECT_NE(error_of(instance->step(create_step("fourth")))->hint.find("quarantined"), std::string::npos);
}

TEST(Quarantine, ARefusedSettingIsToldAsThePluginSaysIt) {
    Launcher launcher(kProgram, nullptr);
    const auto stripe = plugins::load_plugin(fs::path(TURNPIKE_BINARY_DIR) / "plugins/stripe", "stripe", {}).value();
    const auto made = launcher.create(*stripe, [] {
        plugins::InstanceSetup out = setup();
        out.settings = json::Value::object();
        return out;
    }());
    ASSERT_FALSE(made);
    EXPECT_EQ(made.error().code, "integration_misconfigured");
    EXPECT_EQ(made.error().errors.at(0).pointer, "/settings/private_key");
}

}  // namespace
}  // namespace turnpike::worker
