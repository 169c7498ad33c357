#include <gtest/gtest.h>

#include "host/worker/messages.hpp"
#include "tests/support/fixture.hpp"
#include "tools/plugin/compare.hpp"
#include "tools/plugin/subject.hpp"

// Replays plugins/<id>/fixtures/*.json: an operation, what the provider answered, and what the plugin must have asked
// and concluded.
namespace turnpike::plugins {
namespace {

using kit::claims_money;
using kit::Place;

void expect_no_secret_where_logs_show_it(const Fixture& f, const HttpRequest& request) {
    const Value* settings = f.value.find("settings");
    for (const auto& [key, value] : settings ? settings->members() : json::Object{}) {
        const auto* spec = plugin_named(f.provider).manifest().setting(key);
        if (!spec || !spec->is_secret() || text_or_json(&value).empty()) continue;
        EXPECT_EQ((request.url + request.label).find(text_or_json(&value)), std::string::npos) << f.file << " puts " << key << " where logs show it";
    }
}

void replay(const Fixture& f) {
    ASSERT_TRUE(f.value.find("expect")) << f.file;
    const InstancePtr instance = instance_of(f);
    kit::walk(f, *instance, [&](const Place& place, const Outcome& outcome) {
        EXPECT_EQ(worker::packed(outcome), worker::packed(instance->step(place.step))) << f.file << " is not pure";
        const std::string wrong = kit::wrong_at(place, outcome);
        EXPECT_EQ(wrong, "") << f.provider << " " << place.name();
        if (const auto* request = std::get_if<HttpRequest>(&outcome.verdict)) expect_no_secret_where_logs_show_it(f, *request);
        return wrong.empty();
    });
}

void replay_damaged(const Fixture& f, const std::function<void(HttpResponse&)>& damage) {
    const InstancePtr instance = instance_of(f);
    kit::walk(f, *instance, [&](const Place& place, const Outcome& outcome) {
        const auto* request = std::get_if<HttpRequest>(&outcome.verdict);
        if (!request || !place.next || !place.next->find("response")) return true;
        Step broken = place.step;
        broken.events.push_back(event_of(place.step, *place.next, request->label));
        damage(broken.events.back().response);
        EXPECT_FALSE(claims_money(instance->step(broken))) << f.provider << " " << place.name() << ": a damaged answer moved money";
        return true;
    });
}

TEST(Fixtures, EveryOneReplaysAndEveryStepIsPure) {
    const auto fixtures = all_fixtures();
    EXPECT_GE(fixtures.size(), 10u);
    for (const Fixture& f : fixtures) replay(f);
}

TEST(Fixtures, ADamagedAnswerNeverMovesMoney) {
    const std::function<void(HttpResponse&)> damages[] = {
        [](HttpResponse& r) { r.body.clear(); },
        [](HttpResponse& r) { r.body.resize(r.body.size() / 2); },
        [](HttpResponse& r) { r.body = "<html>Bad gateway</html>"; },
        [](HttpResponse& r) { r.body = "[]"; },
        [](HttpResponse& r) { r.body = "{}"; },
        [](HttpResponse& r) { r.body = std::string(1 << 20, ' '); },
        [](HttpResponse& r) { r.status = 500; },
        [](HttpResponse& r) { r.status = 404; },
        [](HttpResponse& r) { r.status = 0; },
    };
    for (const Fixture& f : all_fixtures())
        for (const auto& damage : damages) replay_damaged(f, damage);
}

TEST(Fixtures, AMessageWithOneFlippedByteIsNeverProven) {
    for (const Fixture& f : all_fixtures()) {
        const Value* proven = f.value.at_pointer("/expect/proven");
        if (!proven || !*proven->boolean() || f.value.text("operation") != "webhook.handle/1") continue;
        const InstancePtr instance = instance_of(f);
        const Step good = step_of(f);
        for (size_t at = 0; at < good.inbound->body.size(); at += 7) {
            Step bad = good;
            bad.inbound->body[at] = static_cast<char>(bad.inbound->body[at] ^ 1);
            EXPECT_TRUE(kit::is_forged(instance->step(bad))) << f.file;
        }
    }
}

}  // namespace
}  // namespace turnpike::plugins
