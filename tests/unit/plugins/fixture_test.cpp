#include <gtest/gtest.h>

#include "tests/support/fixture.hpp"

// Replays plugins/<id>/fixtures/*.json: an operation, what the provider answered, and what the plugin must have asked
// and concluded.
namespace turnpike::plugins {
namespace {

void check_request(const Fixture& f, const HttpRequest& request, const Value& wanted) {
    EXPECT_EQ(request.method, wanted.text("method")) << f.file;
    EXPECT_EQ(request.url, wanted.text("url")) << f.file;
    if (const Value* parts = wanted.find("body_has"))
        for (const Value& part : parts->items()) {
            EXPECT_NE(request.body.find(*part.string()), std::string::npos) << f.file << " lacks " << *part.string() << " in " << request.body;
        }
    if (wanted.find("body")) {
        EXPECT_EQ(request.body, text_or_json(wanted.find("body"))) << f.file;
    }
    const Value* headers = wanted.find("headers");
    for (const auto& [name, value] : headers ? headers->members() : json::Object{}) {
        const auto sent = std::find_if(request.headers.begin(), request.headers.end(), [&](const Header& h) { return h.name == name; });
        EXPECT_TRUE(sent != request.headers.end() && sent->value == *value.string()) << f.file << " sends another " << name << (sent == request.headers.end() ? "" : ": " + sent->value);
    }
    const Value* settings = f.value.find("settings");
    for (const auto& [key, value] : settings->members()) {
        const auto* spec = plugin_named(f.provider).manifest().setting(key);
        if (!spec || !spec->is_secret() || text_or_json(&value).empty()) continue;
        EXPECT_EQ((request.url + request.label).find(text_or_json(&value)), std::string::npos) << f.file << " puts " << key << " where logs show it";
    }
}

/// Everything `wanted` says is so in `got`; what it does not mention may be anything.
void expect_within(const Fixture& f, const Value& got, const Value& wanted, const std::string& at) {
    if (wanted.is_object()) {
        for (const auto& [name, value] : wanted.members()) {
            const Value* member = got.find(name);
            if (!member) ADD_FAILURE() << f.file << ": " << at << "/" << name << " is missing in " << json::write(got);
            else expect_within(f, *member, value, at + "/" + name);
        }
    } else if (wanted.is_array()) {
        EXPECT_EQ(got.items().size(), wanted.items().size()) << f.file << ": " << at << " " << json::write(got);
        for (size_t i = 0; i < std::min(got.items().size(), wanted.items().size()); ++i) expect_within(f, got.items()[i], wanted.items()[i], at + "/" + std::to_string(i));
    } else {
        EXPECT_TRUE(got == wanted) << f.file << ": " << at << " is " << json::write(got);
    }
}

Outcome step_twice(const Instance& instance, const Step& step, const Fixture& f) {
    const Outcome first = instance.step(step);
    const Outcome second = instance.step(step);
    EXPECT_EQ(first.verdict.index(), second.verdict.index()) << f.file;
    const auto* a = std::get_if<HttpRequest>(&first.verdict);
    const auto* b = std::get_if<HttpRequest>(&second.verdict);
    if (a && b) {
        EXPECT_EQ(a->body + a->url, b->body + b->url) << f.file << " is not pure";
    }
    const auto* c = std::get_if<Done>(&first.verdict);
    const auto* d = std::get_if<Done>(&second.verdict);
    if (c && d) {
        EXPECT_EQ(c->result_json, d->result_json) << f.file << " is not pure";
    }
    return first;
}

constexpr std::string_view kKinds[] = {"", "config", "input", "unsupported", "auth", "declined", "rate", "provider", "forged", "internal"};

void check_end(const Fixture& f, const Outcome& outcome) {
    const Value& expected = *f.value.find("expect");
    if (const Value* done = expected.find("done")) {
        const auto* got = std::get_if<Done>(&outcome.verdict);
        const auto* error = std::get_if<PluginError>(&outcome.verdict);
        ASSERT_TRUE(got) << f.file << (error ? ": " + error->hint + error->provider_message : "");
        expect_within(f, *json::read(got->result_json), *done, "");
    } else {
        const auto* error = std::get_if<PluginError>(&outcome.verdict);
        ASSERT_TRUE(error) << f.file;
        EXPECT_EQ(kKinds[static_cast<size_t>(error->kind)], expected.at_pointer("/fail/kind")->string()) << f.file << ": " << error->hint;
        if (const Value* code = expected.at_pointer("/fail/provider_code")) {
            EXPECT_EQ(error->provider_code, *code->string()) << f.file;
        }
    }
    if (const Value* proven = expected.find("proven")) {
        EXPECT_EQ(outcome.proven, *proven->boolean()) << f.file;
    }
}

void replay(const Fixture& f) {
    const InstancePtr instance = instance_of(f);
    ASSERT_TRUE(instance);
    Step step = step_of(f);
    const Value* events = f.value.find("events");
    for (const Value& event : events ? events->items() : json::Array{}) {
        const Outcome outcome = step_twice(*instance, step, f);
        const auto* request = std::get_if<HttpRequest>(&outcome.verdict);
        const auto* call = std::get_if<Call>(&outcome.verdict);
        if (event.find("service")) {
            ASSERT_TRUE(call) << f.file << " called no service at place " << step.events.size();
            EXPECT_EQ(call->service, event.text("call")) << f.file;
            EXPECT_TRUE(json::read(call->request_json).value() == *event.find("asked")) << f.file << ": " << call->request_json;
            step.events.push_back(event_of(step, event, call->service));
            continue;
        }
        if (event.text("failed") != "timer") {
            ASSERT_TRUE(request) << f.file << " asked for nothing at place " << step.events.size();
            if (const Value* wanted = event.find("request")) check_request(f, *request, *wanted);
        }
        step.events.push_back(event_of(step, event, request ? request->label : ""));
    }
    check_end(f, step_twice(*instance, step, f));
}

/// Whether an outcome claims that money moved, or lets somebody in.
bool claims_money(const Outcome& outcome) {
    const auto* done = std::get_if<Done>(&outcome.verdict);
    return done && (done->result_json.find("\"status\":\"allowed\"") != std::string::npos || done->result_json.find("\"capture\"") != std::string::npos || done->result_json.find("\"captured\":{") != std::string::npos || done->result_json.find("\"refund\",\"id\"") != std::string::npos);
}

void replay_broken(const Fixture& f, size_t broken_place, const std::function<void(HttpResponse&)>& damage) {
    const InstancePtr instance = instance_of(f);
    Step step = step_of(f);
    const Value* events = f.value.find("events");
    for (size_t i = 0; i <= broken_place; ++i) {
        const Outcome outcome = instance->step(step);
        const auto* request = std::get_if<HttpRequest>(&outcome.verdict);
        if (!request) return;
        Event event = event_of(step, events->items()[i], request->label);
        if (i == broken_place) damage(event.response);
        step.events.push_back(std::move(event));
    }
    EXPECT_FALSE(claims_money(instance->step(step))) << f.file << ": a damaged answer at place " << broken_place << " moved money";
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
    for (const Fixture& f : all_fixtures()) {
        const Value* events = f.value.find("events");
        for (size_t place = 0; events && place < events->items().size(); ++place) {
            if (!events->items()[place].find("response")) continue;
            for (const auto& damage : damages) replay_broken(f, place, damage);
        }
    }
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
            const Outcome outcome = instance->step(bad);
            EXPECT_FALSE(outcome.proven) << f.file;
            const auto* error = std::get_if<PluginError>(&outcome.verdict);
            EXPECT_TRUE(error && error->kind == ErrorKind::forged) << f.file;
        }
    }
}

}  // namespace
}  // namespace turnpike::plugins
