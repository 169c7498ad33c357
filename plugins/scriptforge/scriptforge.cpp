#include "scriptforge.hpp"

#include <algorithm>
#include <charconv>
#include <coroutine>

#include "turnpike_manifest.h"

namespace script {
namespace {

/// KEY=VALUE lines; # begins a comment.
std::vector<std::pair<std::string, std::string>> variables_of(const std::string& text) {
    std::vector<std::pair<std::string, std::string>> out;
    for (size_t from = 0; from < text.size();) {
        const size_t end = std::min(text.find('\n', from), text.size());
        const std::string line = text.substr(from, end - from);
        const size_t equals = line.find('=');
        if (equals != std::string::npos && equals > 0 && line[0] != '#') out.emplace_back(line.substr(0, equals), line.substr(equals + 1));
        from = end + 1;
    }
    return out;
}

int64_t number(const std::string& text, int64_t fallback) {
    int64_t out = fallback;
    std::from_chars(text.data(), text.data() + text.size(), out);
    return out;
}

}  // namespace

ScriptForge::ScriptForge(const turnpike::Config& config) : mode_(config.mode()) {
    program_.name = config.setting("script");
    program_.type = config.setting("type").empty() ? "driver" : config.setting("type");
    program_.files = config.scripts();
    program_.mode = turnpike::to_text(mode_);
    program_.integration = config.integration();
    program_.variables = variables_of(config.setting("variables"));
    program_.timeout_ms = std::clamp<int64_t>(number(config.setting("timeout_ms"), 10'000), 100, 30'000);
    program_.timeout_action = config.setting("timeout_action");
    if (!program_.files.count(program_.name)) {
        throw Error(ErrorKind::config, "There is no script " + program_.name + ": put scripts/" + program_.name + ".js beside the configuration, or save it by PUT /v1/scripts/" + program_.name + ".")
            .field("/settings/script");
    }
}

Task<Ended> ScriptForge::ask(Op& op, std::string function, std::string data_json) const {
    Run run(program_, op);
    std::optional<Ended> ended = run.go(function, data_json);
    if (!ended) co_await std::suspend_always{};
    co_return std::move(*ended);
}

Error error_of(const Ended& ended, bool retry) {
    const std::string code = std::to_string(ended.code);
    ErrorKind kind = ErrorKind::provider;
    if (ended.code == 501) kind = ErrorKind::unsupported;
    else if (ended.code == 401 || ended.code == 403) kind = ErrorKind::auth;
    else if (ended.code == 402 || ended.code == 409) kind = ErrorKind::declined;
    else if (ended.code == 429) kind = ErrorKind::rate;
    else if (ended.code >= 400 && ended.code < 500 && !ended.timed_out) kind = ErrorKind::input;
    Error out(kind, ended.timed_out ? "The script did not end in time." : "The script says: " + ended.message);
    out.provider_code(code).provider_message(ended.message);
    // A refusal is the script's word; anything else leaves open what the provider did.
    if ((kind != ErrorKind::provider && !ended.timed_out) || retry) out.no_effect();
    return out;
}

Task<Next> ScriptForge::check_config(Op& op) const {
    // Without a checkConfig of its own, a script is fine when it loads.
    const Ended ended = co_await ask(op, "checkConfig", "{}");
    const bool loads = ended.ok() || ended.code == 501;
    JsonArray details;
    const std::string words = !loads ? ended.message : ended.code == 501 ? "The script loads." : "The script's checkConfig is content.";
    details.add(JsonObject().set("check", "script").set("ok", loads).set("message", words));
    co_return done(JsonObject().set("ok", loads).set("account", "").set("details", details));
}

Task<Next> ScriptForge::run(Op& op) const {
    const Json input = op.input();
    Run one(program_, op);
    const std::optional<Ended> ended = one.go(input["function"].text_or("main"), json_text(input["data"]) == "null" ? "{}" : json_text(input["data"]));
    if (!ended) co_await std::suspend_always{};
    JsonObject out;
    out.set("status", ended->ok() ? "succeeded" : ended->timed_out ? "expired" : "failed");
    if (ended->ok()) out.set("result", turnpike::RawJson{ended->value});
    else out.set("error", JsonObject().set("code", ended->code).set("message", turnpike::cut(ended->message, 2000)).set("stack", turnpike::cut(ended->stack, 4000)));
    co_return done(out.set("console", one.console()));
}

constexpr turnpike::Operation<ScriptForge> kOperations[] = {
    {"config.check/1", &ScriptForge::check_config},     {"script.run/1", &ScriptForge::run},
    {"numbers.search/1", &ScriptForge::search},         {"numbers.allocate/1", &ScriptForge::allocate},
    {"numbers.release/1", &ScriptForge::release},       {"numbers.list/1", &ScriptForge::list},
    {"payment.create/1", &ScriptForge::create_payment}, {"payment.query/1", &ScriptForge::query_payment},
    {"refund.create/1", &ScriptForge::create_refund},   {"refund.query/1", &ScriptForge::query_refund},
    {"webhook.handle/1", &ScriptForge::handle_webhook},
};

}  // namespace script

TURNPIKE_PROVIDER(script::ScriptForge, script::kOperations, turnpike_manifest);
