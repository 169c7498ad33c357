#include "tools/plugin/compare.hpp"

#include <algorithm>

#include "host/json/read.hpp"
#include "host/json/write.hpp"

namespace turnpike::kit {
namespace {

using json::Value;

std::string other_header(const plugins::HttpRequest& request, const Value& wanted) {
    const Value* headers = wanted.find("headers");
    for (const auto& [name, value] : headers ? headers->members() : json::Object{}) {
        const auto sent = std::find_if(request.headers.begin(), request.headers.end(), [&, &name = name](const plugins::Header& h) { return h.name == name; });
        if (sent == request.headers.end()) return "sends no header " + name;
        if (sent->value != text_or_json(&value)) return "sends the header " + name + ": " + sent->value;
    }
    return {};
}

std::string other_failure(const plugins::Outcome& outcome, const Value& fail) {
    const plugins::PluginError* error = error_of(outcome);
    if (!error) return "must fail, not " + words_of(outcome);
    if (kind_name(error->kind) != fail.text("kind")) return "must fail with " + fail.text("kind") + ", not " + words_of(outcome);
    const std::string code = fail.text("provider_code");
    return code.empty() || error->provider_code == code ? "" : "names the provider's code " + error->provider_code + ", not " + code;
}

/// What is wrong with the outcome where the fixture has an event to come.
std::string wrong_on_the_way(const Place& place, const plugins::Outcome& outcome) {
    const auto* request = std::get_if<plugins::HttpRequest>(&outcome.verdict);
    const auto* call = std::get_if<plugins::Call>(&outcome.verdict);
    if (place.next->find("service")) {
        if (!call || call->service != place.next->text("call")) return "must call " + place.next->text("call") + ", not " + words_of(outcome);
        const auto asked = json::read(call->request_json);
        const Value* wanted = place.next->find("asked");
        return wanted && !(asked.value() == *wanted) ? "asks " + call->service + " for " + call->request_json : "";
    }
    if (place.next->text("failed") == "timer") return std::holds_alternative<plugins::Wait>(outcome.verdict) ? "" : "must wait, not " + words_of(outcome);
    if (!request) return "must send a request, not " + words_of(outcome);
    const Value* wanted = place.next->find("request");
    return wanted ? difference(*request, *wanted) : "";
}

}  // namespace

std::string lacking(const Value& got, const Value& wanted, const std::string& at) {
    if (wanted.is_object()) {
        for (const auto& [name, value] : wanted.members()) {
            const Value* member = got.find(name);
            if (!member) return at + "/" + name + " is missing";
            if (const std::string wrong = lacking(*member, value, at + "/" + name); !wrong.empty()) return wrong;
        }
        return {};
    }
    if (!wanted.is_array()) return got == wanted ? "" : at + " is " + json::write(got) + ", not " + json::write(wanted);
    if (!got.is_array() || got.items().size() != wanted.items().size()) return at + " has another number of items";
    for (size_t i = 0; i < wanted.items().size(); ++i)
        if (const std::string wrong = lacking(got.items()[i], wanted.items()[i], at + "/" + std::to_string(i)); !wrong.empty()) return wrong;
    return {};
}

std::string difference(const plugins::HttpRequest& request, const Value& wanted) {
    if (wanted.find("method") && request.method != wanted.text("method")) return "sends " + request.method + ", not " + wanted.text("method");
    if (wanted.find("url") && request.url != wanted.text("url")) return "sends to " + request.url + ", not to " + wanted.text("url");
    if (wanted.find("body") && request.body != text_or_json(wanted.find("body"))) return "sends the body " + request.body;
    const Value* parts = wanted.find("body_has");
    for (const Value& part : parts ? parts->items() : json::Array{})
        if (request.body.find(text_or_json(&part)) == std::string::npos) return "sends a body without " + text_or_json(&part) + ": " + request.body;
    return other_header(request, wanted);
}

std::string difference(const plugins::Outcome& outcome, const Value& expected) {
    const Value* proven = expected.find("proven");
    if (proven && outcome.proven != proven->boolean().value_or(false)) return outcome.proven ? "the message is proven" : "the message is not proven: " + words_of(outcome);
    if (const Value* fail = expected.find("fail")) return other_failure(outcome, *fail);
    const Value* done = expected.find("done");
    if (!done) return {};
    const auto* got = std::get_if<plugins::Done>(&outcome.verdict);
    if (!got) return "must be done, not " + words_of(outcome);
    return lacking(*json::read(got->result_json), *done);
}

std::string wrong_at(const Place& place, const plugins::Outcome& outcome) {
    if (place.next) return wrong_on_the_way(place, outcome);
    const Value* expected = place.fixture.value.find("expect");
    return expected ? difference(outcome, *expected) : "";
}

}  // namespace turnpike::kit
