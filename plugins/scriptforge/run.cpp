#include "run.hpp"

#include <algorithm>
#include <regex>

namespace script {
namespace {

using turnpike::Json;
using turnpike::JsonObject;

constexpr int kMostLines = 200;
constexpr size_t kLongestLine = 2048;
constexpr int64_t kLongestPauseMs = 10'000;
constexpr int64_t kCpuMs = 2000;

int code_of(std::string_view action) { return action.size() >= 3 ? (action[0] - '0') * 100 + (action[1] - '0') * 10 + (action[2] - '0') : 0; }

/// Comments gone, so that a word in one is no import.
std::string without_comments(const std::string& source) {
    std::string out;
    for (size_t i = 0; i < source.size();) {
        if (source.compare(i, 2, "/*") == 0) i = std::min(source.find("*/", i + 2), source.size() - 2) + 2;
        else out += source[i++];
    }
    return out;
}

}  // namespace

std::string json_text(const Json& value) {
    if (value.is_string()) return turnpike::JsonValue(value.text()).text();
    if (value.is_number()) return std::string(value.digits());
    if (value.is_true()) return "true";
    if (value.is_false()) return "false";
    return value ? std::string(value.json()) : "null";
}

Run::Run(const Program& program, turnpike::Op& op)
    : program_(program), op_(op), began_(op.now_unix_ms()), clock_(began_), deadline_(began_ + program.timeout_ms), environment_(op.kept("environment")) {}

bool Run::is_module(const std::string& source) const {
    static const std::regex word("(^|\n)[ \t]*(import[ \t]*[\\w{*\"']|export[ \t{*])");
    return std::regex_search(without_comments(source), word);
}

std::string Run::job(std::string_view function, const std::string& data_json) const {
    JsonObject env;
    for (const auto& [key, value] : program_.variables) env.set(key, value);
    env.set("MODE", program_.mode).set("SCRIPTFORGE_NAME", program_.name).set("SCRIPTFORGE_ID", program_.integration);
    env.set("SCRIPTFORGE_UUID", program_.integration).set("APP_ID", program_.integration).set("EXEC_HOST", "turnpike");
    JsonObject out;
    out.set("name", function).set("file", program_.name).set("type", program_.type).set("env", env);
    out.set("data", turnpike::RawJson{data_json.empty() ? "{}" : data_json});
    const auto source = program_.files.find(program_.name);
    return out.set("source", source == program_.files.end() ? "" : source->second).json();
}

std::optional<Ended> Run::go(std::string_view function, const std::string& data_json) {
    const auto source = program_.files.find(program_.name);
    if (source == program_.files.end()) return Ended{"", 500, "There is no script " + program_.name + ".", "", false, false};
    Limits limits;
    limits.cpu_ms = std::min(kCpuMs, program_.timeout_ms);
    Engine engine(*this, limits);
    const bool module = is_module(source->second);
    std::string said = engine.dispatch(module ? "begin" : "run", job(function, data_json));
    if (module) said = engine.dispatch_module("module", source->second, program_.name);
    for (;;) {
        engine.pump();
        if (suspended_) return std::nullopt;
        if (engine.end() != End::none) return stopped(engine.end());
        const std::string outcome = engine.dispatch("outcome", "");
        if (!outcome.empty() && outcome[0] != '!') return read(outcome);
        std::optional<Ended> ended;
        if (!advance(engine, ended)) return ended;
    }
}

Ended Run::stopped(End end) const {
    if (end == End::cpu) return timeout();
    return {"", 500, "The script used more memory or nested deeper than it may.", "", false, false};
}

Ended Run::timeout() const {
    Ended out{"", 408, "Script Timeout", "", true, false};
    if (program_.timeout_action.size() < 3) return out;
    out.code = code_of(program_.timeout_action);
    out.message = program_.timeout_action.size() > 4 ? program_.timeout_action.substr(4) : "";
    return out;
}

Ended Run::read(const std::string& outcome) const {
    const Json json(op_.host(), outcome);
    const Json error = json["error"];
    if (!error) return {json_text(json["value"]), 0, "", "", false, proven_};
    return {"", static_cast<int>(error["code"].integer().value_or(500)), std::string(error["message"].text()), std::string(error["stack"].text()), false, proven_};
}

/// Delivers what comes next: an answer or a timer.  False when the run ends, with `ended` empty while it waits.
bool Run::advance(Engine& engine, std::optional<Ended>& ended) {
    if (due_.empty()) {
        ended = Ended{"", 500, "Promise never settled", "", false, false};
        return false;
    }
    const int64_t at = due_.begin()->first;
    if (at > deadline_) {
        ended = timeout();
        return false;
    }
    const Due next = due_.begin()->second;
    if (next.what == "fire" && !wait_until(at)) return false;
    due_.erase(due_.begin());
    clock_ = std::max(clock_, at);
    engine.dispatch(next.what, next.json);
    return true;
}

bool Run::wait_until(int64_t due) {
    int64_t now = std::max(op_.now_unix_ms(), clock_);
    while (now < due) {
        const int64_t pause = std::min(due - now, kLongestPauseMs);
        const auto waited = op_.wait(static_cast<uint32_t>(pause));
        if (!waited.await_ready()) {
            suspended_ = true;
            return false;
        }
        now = std::max(op_.now_unix_ms(), now + pause);
    }
    return true;
}

const std::string* Run::module(std::string_view name) {
    if (program_.type == "script") return nullptr;
    const auto found = program_.files.find(std::string(name));
    return found == program_.files.end() ? nullptr : &found->second;
}

void Run::say(const Json& line) {
    if (++lines_ > kMostLines) return;
    console_.add(JsonObject().set("level", line["level"].text_or("log")).set("text", turnpike::cut(line["text"].text(), kLongestLine)));
}

std::string Run::call(std::string_view name, std::string_view text) {
    if (suspended_) return {};
    const Json json(op_.host(), text);
    if (name == "request") return request(json);
    if (name == "timer") {
        const int64_t delay = json["delay"].integer().value_or(0);
        due_.emplace(clock_ + delay, Due{"fire", JsonObject().set("id", json["id"].integer().value_or(0)).json(), json["id"].integer().value_or(0)});
        return {};
    }
    if (name == "clear") {
        const int64_t id = json["id"].integer().value_or(0);
        std::erase_if(due_, [&](const auto& one) { return one.second.timer == id; });
        return {};
    }
    if (name == "console") return say(json), std::string();
    if (name == "random") return random(json);
    if (name == "hash") return hash(json);
    if (name == "prove") return prove(json);
    if (name == "env") return environment(json);
    if (name == "utf8") return turnpike::JsonValue(turnpike::utf8_or_replaced(op_.host().transform("unhex/1", json["hex"].text()))).text();
    const std::string* source = name == "source" ? module(json["file"].text()) : nullptr;
    return source ? JsonObject().set("text", *source).json() : std::string();
}

}  // namespace script
