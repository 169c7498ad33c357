#include <algorithm>

#include "host/base/encoding.hpp"
#include "host/config/egress.hpp"
#include "host/exchange/route.hpp"
#include "host/json/read.hpp"
#include "host/json/write.hpp"
#include "host/payments/observation.hpp"
#include "tools/plugin/claim.hpp"

namespace turnpike::kit {
namespace {

namespace observation_schema {
#include "observation_schema.h"
}

using plugins::Outcome;

constexpr size_t kSecretLeast = 6;

/// Each secret as it may stand in a text, with its setting's name.
std::vector<std::pair<std::string, std::string>> secrets_of(const Subject& subject, const Fixture& fixture) {
    std::vector<std::pair<std::string, std::string>> out;
    const auto setup = subject.setup(fixture);
    for (const config::SettingSpec& spec : subject.manifest().settings) {
        const auto found = setup.texts.find(spec.key);
        if (!spec.is_secret() || found == setup.texts.end() || found->second.size() < kSecretLeast) continue;
        for (const std::string& form : {found->second, to_base64(found->second), to_hex(found->second)}) out.emplace_back(spec.key, form);
    }
    return out;
}

/// What of an outcome people or logs may see.
std::vector<std::pair<const char*, std::string>> shown(const Outcome& outcome) {
    std::vector<std::pair<const char*, std::string>> out;
    for (const plugins::LogLine& line : outcome.logs) out.emplace_back("a log line", line.message);
    if (const auto* request = std::get_if<plugins::HttpRequest>(&outcome.verdict)) {
        out.emplace_back("the url", request->url);
        out.emplace_back("the label", request->label);
        out.emplace_back("the coalesce key", request->coalesce_key);
    }
    if (const auto* done = std::get_if<plugins::Done>(&outcome.verdict)) out.emplace_back("the result", done->result_json);
    if (const auto* error = error_of(outcome)) {
        out.emplace_back("the hint", error->hint);
        out.emplace_back("the provider's message", error->provider_message);
        out.emplace_back("the provider's code", error->provider_code);
    }
    return out;
}

config::IntegrationDef definition_of(const Subject& subject, const Fixture& fixture) {
    config::IntegrationDef def;
    def.mode = fixture.value.text("mode", "test") == "live" ? config::Mode::live : config::Mode::test;
    const json::Value* settings = fixture.value.find("settings");
    for (const auto& [key, value] : settings ? settings->members() : json::Object{}) def.settings[key] = {value, subject.manifest().setting(key)->is_secret(), {}};
    return def;
}

void check_observation(const json::Value& value, const std::string& where, Report& report) {
    static const auto kSchema = json::read(std::string_view(observation_schema::turnpike_manifest, sizeof observation_schema::turnpike_manifest));
    const auto read = payments::read_observation(value);
    if (!read) return report.add(where + ": the host cannot read the result: " + read.error().detail);
    for (const auto& [name, member] : value.members())
        if (!kSchema->find("properties")->find(name)) report.add(where + ": the result has \"" + name + "\", which is no member of an observation");
}

bool gives_observation(const std::string& op) { return op.rfind("payment.", 0) == 0 || op.rfind("refund.", 0) == 0 || op.rfind("dispute.", 0) == 0; }

}  // namespace

void check_secrets(const Subject& subject, Report& report) {
    walk_all(subject, [&](const Place& place, const Outcome& outcome) {
        for (const auto& [key, secret] : secrets_of(subject, place.fixture))
            for (const auto& [where, text] : shown(outcome))
                if (text.find(secret) != std::string::npos) report.add(place.name() + ": " + where + " shows the secret setting " + key);
        return true;
    });
}

void check_egress(const Subject& subject, Report& report) {
    walk_all(subject, [&](const Place& place, const Outcome& outcome) {
        const auto* request = std::get_if<plugins::HttpRequest>(&outcome.verdict);
        if (!request) return true;
        exchange::Route route;
        route.hosts = config::egress_hosts(definition_of(subject, place.fixture), subject.manifest());
        const auto url = exchange::parse_url(request->url);
        if (!url) report.add(place.name() + ": " + request->url + " is no https address of a named host");
        else if (!exchange::may_reach(route, url->host)) report.add(place.name() + ": " + url->host + " is not in the manifest's egress for its mode");
        return true;
    });
}

void check_results(const Subject& subject, Report& report) {
    walk_all(subject, [&](const Place& place, const Outcome& outcome) {
        const auto* done = std::get_if<plugins::Done>(&outcome.verdict);
        if (!done) return true;
        const auto result = json::read(done->result_json);
        const std::string op = place.step.op;
        const json::Value* list = result->find(op == "transactions.list/1" ? "transactions" : "observations");
        if (gives_observation(op)) check_observation(*result, place.name(), report);
        if (op == "webhook.handle/1" && list)
            for (const json::Value& one : list->items()) check_observation(one, place.name(), report);
        return true;
    });
}

}  // namespace turnpike::kit
