#include <condition_variable>
#include <cstdio>
#include <fstream>
#include <mutex>
#include <queue>
#include <thread>

#include "host/config/egress.hpp"
#include "host/exchange/exchange.hpp"
#include "host/exchange/http_client.hpp"
#include "host/json/read.hpp"
#include "host/json/write.hpp"
#include "host/worker/messages.hpp"
#include "tools/plugin/commands.hpp"
#include "tools/plugin/subject.hpp"

namespace turnpike::kit {
namespace {

using json::Value;

constexpr const char* kOpId = "fixture";
constexpr const char* kKey = "fixture-key";

Value read_object(const std::filesystem::path& file) {
    auto value = json::read(read_text(file));
    if (!value) throw Stop{kUsage, file.string() + ": " + value.error().message};
    return std::move(*value);
}

/// A fixture that so far says only what is asked.
Fixture question(const RecordOptions& options) {
    Fixture out{options.out, Value::object({{"operation", options.operation}})};
    out.value.set("settings", options.settings.empty() ? Value::object() : read_object(options.settings));
    if (!options.input.empty()) out.value.set("input", read_object(options.input));
    if (!options.inbound.empty()) out.value.set("inbound", read_object(options.inbound));
    return out;
}

std::shared_ptr<const exchange::Route> route_of(const Fixture& f, const config::Manifest& manifest, const std::string& sandbox_url) {
    config::IntegrationDef def;
    for (const auto& [key, value] : f.value.find("settings")->members()) def.settings[key] = {value, false, {}};
    auto route = std::make_shared<exchange::Route>();
    route->integration = "record";
    route->hosts = config::egress_hosts(def, manifest);
    if (!sandbox_url.empty()) route->sandbox_url = sandbox_url;
    return route;
}

/// One thread that does what the exchange posts.
class Runner {
  public:
    Runner() : thread_([this] { work(); }) {}
    ~Runner() {
        post(nullptr);
        thread_.join();
    }
    void post(std::function<void()> task) {
        const std::lock_guard lock(mutex_);
        tasks_.push(std::move(task));
        more_.notify_one();
    }

  private:
    void work() {
        for (;;) {
            std::unique_lock lock(mutex_);
            more_.wait(lock, [this] { return !tasks_.empty(); });
            const std::function<void()> task = std::move(tasks_.front());
            tasks_.pop();
            lock.unlock();
            if (!task) return;
            task();
        }
    }
    std::mutex mutex_;
    std::condition_variable more_;
    std::queue<std::function<void()>> tasks_;
    std::thread thread_;
};

exchange::OperationResult run_for_real(const Fixture& f, const plugins::InstancePtr& instance, const std::string& sandbox_url) {
    SystemClock clock;
    exchange::MemoryKeptValues kept;
    exchange::HttpClient client;
    Runner runner;
    exchange::Exchange exchange({clock, "record", [&](std::function<void()> task) { runner.post(std::move(task)); }, kept, client, client.loop()});
    const plugins::Step first = step_of(f);
    exchange::OperationCall call;
    call.instance = instance;
    call.route = route_of(f, instance->manifest(), sandbox_url);
    call.op = first.op;
    call.op_id = kOpId;
    call.idempotency_key = kKey;
    call.input_json = first.input_json;
    call.inbound = first.inbound;
    return exchange.run_wait(std::move(call));
}

Value event_value(const plugins::Event& e, const plugins::Outcome& asked) {
    Value out = Value::object();
    if (const auto* request = std::get_if<plugins::HttpRequest>(&asked.verdict)) out.set("request", Value::object({{"method", request->method}, {"url", request->url}}));
    if (e.kind != plugins::EventKind::response) return out.set("failed", e.kind == plugins::EventKind::timer ? "timer" : "timeout").set("sent", e.sent == plugins::Sent::no ? "no" : "maybe");
    auto body = json::read(e.response.body);
    return out.set("response", Value::object({{"status", static_cast<int64_t>(e.response.status)}, {"body", body && body->is_object() ? std::move(*body) : Value(e.response.body)}}));
}

Value expected(const plugins::Outcome& end, bool proven) {
    Value out = Value::object();
    if (const auto* error = error_of(end)) return out.set("fail", Value::object({{"kind", kind_name(error->kind)}}));
    Value done = *json::read(std::get<plugins::Done>(end.verdict).result_json);
    // What only the moment of recording says is not part of the claim.
    done.erase("as_of_unix_ms");
    if (proven) out.set("proven", true);
    return out.set("done", std::move(done));
}

/// Every secret of the settings becomes "fixture-<key>", wherever it stands.
std::string masked(std::string text, const Fixture& f, const config::Manifest& manifest) {
    for (const auto& [key, value] : f.value.find("settings")->members()) {
        const config::SettingSpec* spec = manifest.setting(key);
        const std::string secret = text_or_json(&value);
        if (!spec || !spec->is_secret() || secret.empty()) continue;
        const std::string mask = "fixture-" + key;
        for (size_t at = text.find(secret); at != std::string::npos; at = text.find(secret, at + mask.size())) text.replace(at, secret.size(), mask);
    }
    return text;
}

}  // namespace

int record(const RecordOptions& options) {
    const auto [folder, id] = folder_and_id(options.file);
    const auto loaded = plugins::load_plugin(folder, id, {false, {}, "", false});
    if (!loaded) throw Stop{kBroken, loaded.error().detail};
    Fixture fixture = question(options);
    const auto made = (*loaded)->create(setup_of(fixture, (*loaded)->manifest(), {}));
    if (!made) throw Stop{kBroken, "create() refuses the settings: " + made.error().detail};
    const exchange::OperationResult result = run_for_real(fixture, *made, options.sandbox_url);
    // The recorded answers are walked once more at the fixture's own time: what is written is what will be replayed.
    Value events = Value::array();
    plugins::Step step = step_of(fixture);
    plugins::Outcome outcome = (*made)->step(step);
    for (const plugins::Event& e : result.events) {
        events.push(event_value(e, outcome));
        step.events.push_back(e);
        outcome = (*made)->step(step);
    }
    if (!worker::is_final(outcome)) throw Stop{kBroken, "the operation did not end: " + words_of(outcome)};
    fixture.value.set("events", std::move(events)).set("expect", expected(outcome, outcome.proven));
    std::ofstream(options.out) << masked(json::write(fixture.value), fixture, (*loaded)->manifest()) << "\n";
    std::printf("%s: %zu events, then %s\n", options.out.c_str(), result.events.size(), masked(words_of(outcome), fixture, (*loaded)->manifest()).c_str());
    return 0;
}

}  // namespace turnpike::kit
