#include <random>

#include "host/json/read.hpp"
#include "host/json/write.hpp"
#include "tools/plugin/claim.hpp"

namespace turnpike::kit {
namespace {

using plugins::Event;
using plugins::EventKind;
using plugins::HttpRequest;
using plugins::Outcome;
using plugins::Step;

struct Damage {
    const char* name;
    void (*apply)(Event& event);
};

constexpr Damage kDamages[] = {
    {"an empty body", [](Event& e) { e.response.body.clear(); }},
    {"a body that is cut off", [](Event& e) { e.response.body.resize(e.response.body.size() / 2); }},
    {"HTML", [](Event& e) { e.response.body = "<html><body>Bad gateway</body></html>"; }},
    {"an empty array", [](Event& e) { e.response.body = "[]"; }},
    {"an empty object", [](Event& e) { e.response.body = "{}"; }},
    {"null", [](Event& e) { e.response.body = "null"; }},
    {"a megabyte of blanks", [](Event& e) { e.response.body = std::string(1 << 20, ' '); }},
    {"invalid UTF-8", [](Event& e) { e.response.body = "{\"id\":\"\xff\xfe\"}"; }},
    {"status 0", [](Event& e) { e.response.status = 0; }},
    {"status 199", [](Event& e) { e.response.status = 199; }},
    {"status 302", [](Event& e) { e.response.status = 302; }},
    {"status 404", [](Event& e) { e.response.status = 404; }},
    {"status 500", [](Event& e) { e.response.status = 500; }},
    {"status 599", [](Event& e) { e.response.status = 599; }},
};

Event lost(const Event& from, EventKind kind) {
    Event out;
    out.kind = kind;
    out.reason = plugins::FailReason::timeout;
    out.at_unix_ms = from.at_unix_ms;
    out.label = from.label;
    return out;
}

/// The step with one more event.
Step with(const Step& step, Event event) {
    Step out = step;
    out.events.push_back(std::move(event));
    return out;
}

void expect_no_money(const Place& place, const Step& step, const std::string& damage, Report& report) {
    const Outcome outcome = place.instance.step(step);
    if (claims_money(outcome)) report.add(place.name() + ": " + damage + " is taken for money: " + words_of(outcome));
}

/// Values of the answer as other types: a text becomes a number, a number a text, anything null.
void step_with_other_types(const Place& place, const Event& answer, std::mt19937_64& random) {
    constexpr int kTries = 12;
    const auto body = json::read(answer.response.body);
    if (!body || !body->is_object() || body->members().empty()) return;
    for (int i = 0; i < kTries; ++i) {
        json::Value changed = *body;
        auto member = changed.members().begin();
        std::advance(member, random() % changed.members().size());
        const std::string name = member->first;
        changed.set(name, i % 3 == 0 ? json::Value() : i % 3 == 1 ? json::Value::array() : json::Value(true));
        Event event = answer;
        event.response.body = json::write(changed);
        // A value that is looked at and no longer there must not crash; others may be anything.
        place.instance.step(with(place.step, std::move(event)));
    }
}

std::string excuse_for_loss(const Outcome& outcome) {
    const auto* error = error_of(outcome);
    if (error && error->kind == plugins::ErrorKind::declined) return "is called declined";
    if (error && error->effect == plugins::Effect::none && error->kind != plugins::ErrorKind::internal) return "is given TPK_EFFECT_NONE";
    const auto* done = std::get_if<plugins::Done>(&outcome.verdict);
    const std::string status = done ? json::read(done->result_json)->text("status") : "";
    return status == "failed" || status == "cancelled" || status == "expired" ? "is called " + status : "";
}

}  // namespace

void check_damaged_answers(const Subject& subject, Report& report) {
    std::mt19937_64 random(subject.seed);
    walk_all(subject, [&](const Place& place, const Outcome& outcome) {
        const auto* request = std::get_if<HttpRequest>(&outcome.verdict);
        if (!request || !place.next || !place.next->find("response")) return true;
        const Event answer = event_of(place.step, *place.next, request->label);
        for (const Damage& damage : kDamages) {
            Event event = answer;
            damage.apply(event);
            expect_no_money(place, with(place.step, std::move(event)), damage.name, report);
        }
        expect_no_money(place, with(place.step, lost(answer, EventKind::failed)), "an answer that never came", report);
        expect_no_money(place, with(place.step, lost(answer, static_cast<EventKind>(77))), "an event of an unknown kind", report);
        step_with_other_types(place, answer, random);
        return true;
    });
}

void check_lost_answers(const Subject& subject, Report& report) {
    walk_all(subject, [&](const Place& place, const Outcome& outcome) {
        const auto* request = std::get_if<HttpRequest>(&outcome.verdict);
        if (!request || !place.next || request->method == "GET" || request->method == "HEAD") return true;
        const Event answer = event_of(place.step, *place.next, request->label);
        const std::string excuse = excuse_for_loss(place.instance.step(with(place.step, lost(answer, EventKind::failed))));
        if (!excuse.empty()) report.add(place.name() + ": " + request->method + " " + request->label + " whose answer was lost " + excuse + ": it may have had its effect");
        return true;
    });
}

}  // namespace turnpike::kit
