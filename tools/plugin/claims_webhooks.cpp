#include <algorithm>
#include <random>

#include "tools/plugin/claim.hpp"

namespace turnpike::kit {
namespace {

using plugins::Step;

constexpr size_t kFlipsMax = 512;

bool proves(const Subject& subject) { return subject.manifest().webhook.auth == "prove" && subject.manifest().operation("webhook.handle/1"); }

/// Fixtures of messages that the plugin proves by itself.
std::vector<const Fixture*> proven_fixtures(const Subject& subject) {
    std::vector<const Fixture*> out;
    for (const Fixture& f : subject.fixtures) {
        const json::Value* proven = f.value.at_pointer("/expect/proven");
        if (f.value.text("operation") == "webhook.handle/1" && proven && proven->boolean().value_or(false)) out.push_back(&f);
    }
    return out;
}

bool nothing_to_say(const Subject& subject, const std::vector<const Fixture*>& fixtures, Report& report) {
    if (!proves(subject)) report.skipped = "the manifest's webhook.auth is \"" + subject.manifest().webhook.auth + "\"";
    else if (fixtures.empty()) report.add("no fixture of webhook.handle/1 expects \"proven\": true; write one with a message signed by the key in its settings");
    return fixtures.empty() || !proves(subject);
}

void expect_forged(const plugins::Instance& instance, const Step& step, const std::string& what, Report& report) {
    const auto outcome = instance.step(step);
    if (!is_forged(outcome)) report.add(what + " is not FORGED but \"" + words_of(outcome) + "\"");
}

/// A key of the same shape that nobody signs with.
std::string other_key(const std::string& key, std::mt19937_64& random) {
    std::string out = key;
    for (size_t at = key.rfind('_') == std::string::npos ? 0 : key.rfind('_') + 1; at < out.size(); ++at)
        if (std::isalnum(static_cast<unsigned char>(out[at]))) out[at] = static_cast<char>('a' + random() % 6);
    return out;
}

}  // namespace

void check_forged(const Subject& subject, Report& report) {
    const auto fixtures = proven_fixtures(subject);
    if (nothing_to_say(subject, fixtures, report)) return;
    for (const Fixture* f : fixtures) {
        const auto instance = subject.here(*f);
        const Step good = step_of(*f);
        const size_t stride = std::max<size_t>(1, good.inbound->body.size() / kFlipsMax);
        for (size_t at = 0; at < good.inbound->body.size(); at += stride) {
            Step bad = good;
            bad.inbound->body[at] = static_cast<char>(bad.inbound->body[at] ^ 1);
            expect_forged(*instance, bad, f->name() + " with byte " + std::to_string(at) + " of its body flipped", report);
        }
        Step bare = good;
        for (auto& header : bare.inbound->headers) header.value = "x";
        bare.inbound->query.clear();
        expect_forged(*instance, bare, f->name() + " with other headers", report);
        bare.inbound->headers.clear();
        expect_forged(*instance, bare, f->name() + " without headers", report);
    }
}

void check_decoy(const Subject& subject, Report& report) {
    const auto fixtures = proven_fixtures(subject);
    if (nothing_to_say(subject, fixtures, report)) return;
    std::mt19937_64 random(subject.seed);
    for (const Fixture* f : fixtures) {
        plugins::InstanceSetup setup = subject.setup(*f);
        for (const config::SettingSpec& spec : subject.manifest().settings)
            if (spec.is_secret()) setup.texts[spec.key] = other_key(setup.texts[spec.key], random);
        const auto decoy = subject.plugin->create(setup);
        if (decoy) expect_forged(**decoy, step_of(*f), f->name() + " for an integration with other keys", report);
    }
}

}  // namespace turnpike::kit
