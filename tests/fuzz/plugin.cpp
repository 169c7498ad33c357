#include <algorithm>
#include <cctype>
#include <optional>

#include "host/payments/observation.hpp"
#include "tests/fuzz/target.hpp"
#include "tests/support/fixture.hpp"

// One bundled plugin (TURNPIKE_PROVIDER), by its fixtures: the input says which one, and what is changed in the message
// or in one of the provider's answers.  Nothing a provider or a stranger sends may end the plugin or make it break a rule
// of the interface, and no changed message is ever proven.
namespace turnpike::plugins {
namespace {

/// A changed message that is proven all the same must say the same: one provider signs the sorted members, another one
/// sends sealed bytes as hex, which has two cases.
std::string meaning(std::string body) {
    if (const auto value = json::read(body)) return json::write(*value);
    while (!body.empty() && std::isspace(static_cast<unsigned char>(body.back()))) body.pop_back();
    const bool hex = std::all_of(body.begin(), body.end(), [](unsigned char c) { return std::isxdigit(c); });
    if (hex) std::transform(body.begin(), body.end(), body.begin(), [](unsigned char c) { return std::tolower(c); });
    return body;
}

struct Case {
    InstancePtr instance;
    Step step;                  ///< with every answer of the fixture
    std::vector<Step> stages;   ///< before each answer
};

std::optional<Case> case_of(const Fixture& f) {
    Case out{instance_of(f), step_of(f), {}};
    const Value* events = f.value.find("events");
    Step step = out.step;
    for (const Value& event : events ? events->items() : json::Array{}) {
        const Outcome outcome = out.instance->step(step);
        const auto* request = std::get_if<HttpRequest>(&outcome.verdict);
        const auto* call = std::get_if<Call>(&outcome.verdict);
        step.events.push_back(event_of(step, event, request ? request->label : call ? call->service : ""));
    }
    if (!step.inbound && step.events.empty()) return std::nullopt;
    out.step = std::move(step);
    return out;
}

const std::vector<Case>& cases() {
    static const std::vector<Case>* all = [] {
        auto* out = new std::vector<Case>();
        for (const Fixture& f : all_fixtures())
            if (f.provider == TURNPIKE_PROVIDER)
                if (auto one = case_of(f)) out->push_back(std::move(*one));
        return out;
    }();
    return *all;
}

/// Three bytes an edit: where, and what.
void edit(std::string& text, std::string_view edits) {
    for (size_t i = 0; i + 2 < edits.size(); i += 3) {
        if (text.empty()) return;
        const size_t at = (static_cast<uint8_t>(edits[i]) * 256u + static_cast<uint8_t>(edits[i + 1])) % text.size();
        const auto what = static_cast<uint8_t>(edits[i + 2]);
        if (what < 8) text.erase(at, what + 1);
        else if (what < 16) text.insert(at, text.substr(at, what));
        else if (what == 16) text.resize(at);
        else text[at] = static_cast<char>(what);
    }
}

void check(const Outcome& outcome) {
    const auto* done = std::get_if<Done>(&outcome.verdict);
    if (!done) {
        const auto* error = std::get_if<PluginError>(&outcome.verdict);
        require(!error || error->kind != ErrorKind::internal);
        return;
    }
    const auto result = json::read(done->result_json);
    require(result.has_value());
    const Value* list = result->find("observations");
    if (list)
        for (const Value& item : list->items()) require(item.is_object());
}

void fuzz_message(const Case& one, std::string_view edits) {
    Step step = one.step;
    const std::string before = step.inbound->body;
    step.events.clear();
    edit(step.inbound->body, edits);
    const Outcome outcome = one.instance->step(step);
    check(outcome);
    const bool handled = step.op == "webhook.handle/1" && outcome.proven;
    if (handled) require(meaning(step.inbound->body) == meaning(before));
}

void fuzz_answer(const Case& one, size_t which, std::string_view edits) {
    Step step = one.step;
    step.events.resize(which + 1);
    edit(step.events[which].response.body, edits);
    check(one.instance->step(step));
}

}  // namespace
}  // namespace turnpike::plugins

extern const char* const kSeeds[] = {"aaaaaaa", "\x01zbcdefghi", "\x02yxwvutsr", "Qq\x05zzzz", "7\x10\x11\x12\x13\x14\x15\x16"};
extern const size_t kSeedCount = sizeof kSeeds / sizeof kSeeds[0];

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
    using namespace turnpike::plugins;
    if (size < 6 || cases().empty()) return 0;
    const Case& one = cases()[(data[0] * 256u + data[1]) % cases().size()];
    const std::string_view edits = text_of(data, size).substr(3);
    const bool message = one.step.inbound && (one.step.events.empty() || data[2] % 2 == 0);
    if (message) fuzz_message(one, edits);
    else fuzz_answer(one, data[2] / 2 % one.step.events.size(), edits);
    return 0;
}
