#include "tools/plugin/subject.hpp"

#include <stdexcept>

#include "host/worker/messages.hpp"

namespace turnpike::kit {

using plugins::Done;
using plugins::HttpRequest;
using plugins::Outcome;
using plugins::PluginError;

plugins::InstancePtr Subject::here(const Fixture& fixture) const {
    auto instance = plugin->create(setup(fixture));
    if (!instance) throw std::runtime_error(fixture.name() + ": create() refuses the fixture's settings: " + instance.error().detail);
    return *instance;
}

std::string Place::name() const { return fixture.name() + ", after " + std::to_string(step.events.size()) + (step.events.size() == 1 ? " event" : " events"); }

void walk(const Fixture& fixture, const plugins::Instance& instance, const std::function<bool(const Place&, const Outcome&)>& visit) {
    Place place{fixture, instance, step_of(fixture)};
    for (size_t i = 0;; ++i) {
        place.next = i < fixture.events().size() ? &fixture.events()[i] : nullptr;
        const Outcome outcome = instance.step(place.step);
        if (!visit(place, outcome) || !place.next) return;
        const auto* request = std::get_if<HttpRequest>(&outcome.verdict);
        const auto* call = std::get_if<plugins::Call>(&outcome.verdict);
        if (worker::is_final(outcome)) return;
        place.step.events.push_back(event_of(place.step, *place.next, request ? request->label : call ? call->service : ""));
    }
}

void walk_all(const Subject& subject, const std::function<bool(const Place&, const Outcome&)>& visit) {
    for (const Fixture& fixture : subject.fixtures) walk(fixture, *subject.here(fixture), visit);
}

bool claims_money(const Outcome& outcome) {
    const auto* done = std::get_if<Done>(&outcome.verdict);
    if (!done) return false;
    for (const char* claim : {"\"status\":\"allowed\"", "\"kind\":\"capture\"", "\"captured\":{", "\"kind\":\"refund\""})
        if (done->result_json.find(claim) != std::string::npos) return true;
    return false;
}

const PluginError* error_of(const Outcome& outcome) { return std::get_if<PluginError>(&outcome.verdict); }

bool is_forged(const Outcome& outcome) {
    const PluginError* error = error_of(outcome);
    return error && error->kind == plugins::ErrorKind::forged && !outcome.proven;
}

const char* kind_name(plugins::ErrorKind kind) {
    constexpr const char* kKinds[] = {"", "config", "input", "unsupported", "auth", "declined", "rate", "provider", "forged", "internal"};
    return kKinds[static_cast<size_t>(kind)];
}

std::string words_of(const Outcome& outcome) {
    constexpr size_t kMax = 160;
    if (const auto* request = std::get_if<HttpRequest>(&outcome.verdict)) return "http " + request->method + " " + request->url.substr(0, kMax);
    if (const auto* call = std::get_if<plugins::Call>(&outcome.verdict)) return "call " + call->service;
    if (const auto* wait = std::get_if<plugins::Wait>(&outcome.verdict)) return "wait " + std::to_string(wait->delay_ms) + " ms";
    if (const auto* done = std::get_if<Done>(&outcome.verdict)) return "done " + done->result_json.substr(0, kMax);
    const PluginError& error = *error_of(outcome);
    return std::string("fail ") + kind_name(error.kind) + ": " + error.hint.substr(0, kMax);
}

}  // namespace turnpike::kit
