#include "host/scripting/kv.hpp"

#include <gtest/gtest.h>

#include <future>
#include <thread>

#include "host/json/write.hpp"
#include "tests/unit/payments/world.hpp"

namespace turnpike::scripting {
namespace {

using json::Value;

class KvTest : public testing::Test {
  protected:
    std::string ask(const Value& asked, const std::string& integration = "one") {
        std::promise<std::string> said;
        kv(world_.store(), integration, asked, [&](Result<Value> value) { said.set_value(value ? json::write(*value) : value.error().detail.substr(0, 3)); });
        return said.get_future().get();
    }
    std::string get(const std::string& key, const std::string& integration = "one") { return ask(Value::object({{"act", "get"}, {"key", key}}), integration); }
    std::string set(const std::string& key, const std::string& value, int ttl = 0) { return ask(Value::object({{"act", "set"}, {"key", key}, {"value", value}, {"ttl", ttl}})); }
    std::string incr(const std::string& key, int by) { return ask(Value::object({{"act", "incr"}, {"key", key}, {"by", by}})); }

    payments::World world_;
};

TEST_F(KvTest, EachIntegrationHasKeysOfItsOwn) {
    set("a", "1");
    EXPECT_EQ(get("a"), "\"1\"");
    EXPECT_EQ(get("a", "two"), "null");
    EXPECT_EQ(ask(Value::object({{"act", "keys"}})), "[\"a\"]");
}

TEST_F(KvTest, WhatExpiredIsGoneAndCountsAnew) {
    set("a", "7", 60);
    world_.clock().advance_ms(59'999);
    EXPECT_EQ(get("a"), "\"7\"");
    world_.clock().advance_ms(2);
    EXPECT_EQ(get("a"), "null");
    EXPECT_EQ(incr("a", 5), "5");
}

TEST_F(KvTest, CountingIsAtomicAndExact) {
    std::vector<std::thread> threads;
    for (int t = 0; t < 8; ++t)
        threads.emplace_back([&] {
            for (int i = 0; i < 25; ++i) incr("c", 1);
        });
    for (auto& thread : threads) thread.join();
    EXPECT_EQ(get("c"), "\"200\"");
    set("text", "abc");
    EXPECT_EQ(incr("text", 1), "422");
    set("big", "9223372036854775807");
    EXPECT_EQ(incr("big", 1), "422");
    EXPECT_EQ(get("big"), "\"9223372036854775807\"");
}

TEST_F(KvTest, KeysAndValuesHaveALength) {
    EXPECT_EQ(set(std::string(257, 'k'), "v"), "413");
    EXPECT_EQ(set("k", std::string((64 << 10) + 1, 'v')), "413");
    EXPECT_EQ(set("k", std::string(64 << 10, 'v')), "null");
}

}  // namespace
}  // namespace turnpike::scripting
