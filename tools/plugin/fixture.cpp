#include "tools/plugin/fixture.hpp"

#include <algorithm>
#include <fstream>
#include <iterator>
#include <stdexcept>

#include "host/json/read.hpp"
#include "host/json/write.hpp"

namespace turnpike::kit {
namespace {

namespace fs = std::filesystem;
using json::Value;
using plugins::Event;
using plugins::EventKind;
using plugins::FailReason;
using plugins::Sent;
using plugins::Step;

std::string text_of(const fs::path& file) {
    std::ifstream in(file, std::ios::binary);
    return {std::istreambuf_iterator<char>(in), {}};
}

/// The folder's scripts, and the fixture's own beside them.
Value scripts_of(const Fixture& f, const fs::path& folder) {
    Value out = Value::object();
    std::error_code none;
    for (const auto& file : fs::directory_iterator(folder, none)) out.set(file.path().stem().string(), text_of(file.path()));
    const Value* own = f.value.find("scripts");
    for (const auto& [name, source] : own ? own->members() : json::Object{}) out.set(name, source);
    return out;
}

}  // namespace

const json::Array& Fixture::events() const {
    static const json::Array kNone;
    const Value* events = value.find("events");
    return events && events->is_array() ? events->items() : kNone;
}

std::vector<Fixture> fixtures_in(const fs::path& folder) {
    std::vector<Fixture> out;
    std::error_code none;
    for (const auto& file : fs::directory_iterator(folder, none)) {
        if (file.path().extension() != ".json") continue;
        auto value = json::read(text_of(file.path()));
        if (!value) throw std::runtime_error(file.path().string() + ": " + value.error().message);
        out.push_back({file.path(), std::move(*value)});
    }
    std::sort(out.begin(), out.end(), [](const Fixture& a, const Fixture& b) { return a.file < b.file; });
    return out;
}

plugins::InstanceSetup setup_of(const Fixture& f, const config::Manifest& manifest, const fs::path& scripts) {
    plugins::InstanceSetup setup;
    setup.integration = "fixture";
    setup.mode = f.value.text("mode", "test");
    setup.currencies = {"USD"};
    setup.webhook_url = "https://host.example/hooks/fixture/x";
    setup.settings = Value::object();
    const Value* settings = f.value.find("settings");
    for (const auto& [key, value] : settings ? settings->members() : json::Object{}) {
        const config::SettingSpec* spec = manifest.setting(key);
        if (!spec) throw std::runtime_error(f.file.string() + ": the manifest has no setting " + key);
        setup.texts[key] = text_or_json(&value);
        if (!spec->webhook_key) setup.settings.set(key, value);
    }
    if (manifest.category == config::Category::script) setup.scripts = scripts_of(f, scripts);
    return setup;
}

std::string text_or_json(const Value* v) {
    if (!v) return {};
    if (auto text = v->string()) return std::string(*text);
    return json::write(*v);
}

Step step_of(const Fixture& f) {
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

Event event_of(const Step& step, const Value& from, const std::string& label) {
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

}  // namespace turnpike::kit
