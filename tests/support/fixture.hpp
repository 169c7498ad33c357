#pragma once

#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>
#include <stdexcept>
#include <string>
#include <vector>

#include "host/json/read.hpp"
#include "host/json/write.hpp"
#include "host/plugins/load.hpp"

/// Fixtures of the bundled plugins, plugins/<id>/fixtures/*.json (sdk/docs/fixtures.md), for the tests that replay them.
/// Needs TURNPIKE_SOURCE_DIR and TURNPIKE_BINARY_DIR.
namespace turnpike::plugins {

namespace fs = std::filesystem;
using json::Value;

struct Fixture {
    std::string provider;
    fs::path file;
    Value value;
};

inline std::vector<Fixture> all_fixtures() {
    std::vector<Fixture> out;
    for (const auto& plugin : fs::directory_iterator(fs::path(TURNPIKE_SOURCE_DIR) / "plugins")) {
        std::error_code none;
        for (const auto& file : fs::directory_iterator(plugin.path() / "fixtures", none)) {
            std::ifstream in(file.path());
            const std::string text{std::istreambuf_iterator<char>(in), {}};
            auto value = json::read(text);
            if (!value) throw std::runtime_error(file.path().string() + ": " + value.error().message);
            out.push_back({plugin.path().filename().string(), file.path(), std::move(*value)});
        }
    }
    return out;
}

inline const Plugin& plugin_named(const std::string& id) {
    static std::map<std::string, std::shared_ptr<const Plugin>> loaded;
    auto& slot = loaded[id];
    if (!slot) slot = load_plugin(fs::path(TURNPIKE_BINARY_DIR) / "plugins" / id, id, {}).value();
    return *slot;
}

inline std::string text_or_json(const Value* v) {
    if (!v) return {};
    if (auto text = v->string()) return std::string(*text);
    return json::write(*v);
}

/// The scripts of config/scripts, and the fixture's own beside them.
inline Value scripts_of(const Fixture& f) {
    Value out = Value::object();
    for (const auto& file : fs::directory_iterator(fs::path(TURNPIKE_SOURCE_DIR) / "config" / "scripts")) {
        std::ifstream in(file.path());
        out.set(file.path().stem().string(), std::string{std::istreambuf_iterator<char>(in), {}});
    }
    const Value* own = f.value.find("scripts");
    for (const auto& [name, source] : own ? own->members() : json::Object{}) out.set(name, source);
    return out;
}

inline InstancePtr instance_of(const Fixture& f) {
    const Plugin& plugin = plugin_named(f.provider);
    InstanceSetup setup;
    setup.integration = "fixture";
    setup.mode = f.value.text("mode", "test");
    setup.currencies = {"USD"};
    setup.webhook_url = "https://host.example/hooks/fixture/x";
    setup.settings = Value::object();
    const Value* settings = f.value.find("settings");
    for (const auto& [key, value] : settings ? settings->members() : json::Object{}) {
        setup.texts[key] = text_or_json(&value);
        if (!plugin.manifest().setting(key)->webhook_key) setup.settings.set(key, value);
    }
    if (plugin.manifest().category == config::Category::script) setup.scripts = scripts_of(f);
    auto instance = plugin.create(setup);
    if (!instance) throw std::runtime_error(f.file.string() + ": " + instance.error().detail);
    return *instance;
}

inline Step step_of(const Fixture& f) {
    Step step;
    step.op = f.value.text("operation");
    step.op_id = "fixture";
    step.idempotency_key = "fixture-key";
    const Value* input = f.value.find("input");
    step.input_json = input ? json::write(*input) : "{}";
    if (const Value* kept = f.value.find("kept")) step.cache_json = json::write(*kept);
    if (const Value* attempt = f.value.find("attempt")) step.attempt = static_cast<uint32_t>(*attempt->integer());
    const Value* now = f.value.find("now_unix_ms");
    step.now_unix_ms = now ? *now->integer() : 1'760'000'000'000;
    step.deadline_unix_ms = step.now_unix_ms + 20000;
    const Value* inbound = f.value.find("inbound");
    if (!inbound) return step;
    step.inbound.emplace();
    step.inbound->method = inbound->text("method", "POST");
    step.inbound->query = inbound->text("query");
    step.inbound->body = text_or_json(inbound->find("body"));
    if (const Value* headers = inbound->find("headers"))
        for (const auto& [name, value] : headers->members()) step.inbound->headers.push_back({name, std::string(*value.string()), false});
    return step;
}

inline Event event_of(const Step& step, const Value& from, const std::string& label) {
    Event e;
    e.label = label;
    e.at_unix_ms = step.now_unix_ms + 100 * static_cast<int64_t>(step.events.size() + 1);
    if (const Value* service = from.find("service")) {
        e.kind = EventKind::service;
        e.json = json::write(*service);
        return e;
    }
    const Value* response = from.find("response");
    if (!response) {
        e.kind = from.text("failed") == "timer" ? EventKind::timer : EventKind::failed;
        e.reason = FailReason::timeout;
        e.sent = from.text("sent") == "no" ? Sent::no : Sent::maybe;
        return e;
    }
    e.response.status = static_cast<uint32_t>(*response->find("status")->integer());
    e.response.body = text_or_json(response->find("body"));
    if (const Value* headers = response->find("headers"))
        for (const auto& [name, value] : headers->members()) e.response.headers.push_back({name, std::string(*value.string()), false});
    return e;
}

}  // namespace turnpike::plugins
