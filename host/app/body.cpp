#include "host/app/body.hpp"

#include <algorithm>

#include "host/config/suggest.hpp"
#include "host/exchange/transcript.hpp"
#include "host/json/read.hpp"

namespace turnpike::app {

namespace {

/// Not every store can keep it, and no text has one.
bool holds_zero_byte(std::string_view text) { return text.find('\0') != std::string_view::npos; }

}  // namespace

bool holds_card_number(std::string_view text) { return exchange::mask_card_numbers(std::string(text)) != text; }

Result<Body> Body::read(const http::Request& request) {
    if (request.body.empty()) return Body(json::Value::object());
    auto value = json::read(request.body);
    if (!value) return failure(400, "malformed_json", "The body is no JSON this API takes: " + value.error().message + ".");
    if (!value->is_object()) return failure(400, "malformed_json", "The body must be a JSON object.");
    return Body(std::move(*value));
}

const json::Value* Body::take(const std::string& name) {
    known_.push_back(name);
    const json::Value* found = value_.find(name);
    return found && !found->is_null() ? found : nullptr;
}

void Body::fault(const std::string& pointer, std::string code, std::string detail) { faults_.push_back({pointer, std::move(code), std::move(detail)}); }

std::string Body::text(const std::string& name, size_t max) {
    const json::Value* found = take(name);
    if (!found) return {};
    const auto text = found->string();
    if (!text) {
        const bool amount = name == "amount" || name == "received";
        fault("/" + name, amount ? "amount_invalid" : "wrong_type", amount ? "Amounts are decimal texts such as \"10.00\"." : name + " must be a text.");
        return {};
    }
    if (text->size() > max) fault("/" + name, "too_long", name + " may have " + std::to_string(max) + " bytes.");
    if (holds_zero_byte(*text)) fault("/" + name, "zero_byte_refused", name + " holds a zero byte.");
    if (holds_card_number(*text)) fault("/" + name, "card_number_refused", name + " looks like a card number; this API never takes one.");
    return std::string(*text);
}

std::string Body::need(const std::string& name, size_t max) {
    const size_t before = faults_.size();
    std::string out = text(name, max);
    if (out.empty() && faults_.size() == before) fault("/" + name, name == "amount" ? "amount_invalid" : "missing_field", name + " is missing.");
    return out;
}

std::optional<bool> Body::boolean(const std::string& name) {
    const json::Value* found = take(name);
    if (!found) return std::nullopt;
    if (!found->boolean()) fault("/" + name, "wrong_type", name + " must be true or false.");
    return found->boolean();
}

std::optional<int64_t> Body::integer(const std::string& name, int64_t min, int64_t max) {
    const json::Value* found = take(name);
    if (!found) return std::nullopt;
    const auto n = found->integer();
    if (n && *n >= min && *n <= max) return n;
    fault("/" + name, "out_of_range", name + " must be a whole number from " + std::to_string(min) + " to " + std::to_string(max) + ".");
    return std::nullopt;
}

std::vector<std::string> Body::texts(const std::string& name) {
    std::vector<std::string> out;
    const json::Value* found = take(name);
    if (!found) return out;
    if (!found->is_array()) fault("/" + name, "wrong_type", name + " must be a list of texts.");
    for (const json::Value& item : found->items()) {
        if (auto text = item.string(); text && !holds_zero_byte(*text)) out.emplace_back(*text);
        else fault("/" + name, "wrong_type", name + " must be a list of texts.");
    }
    return out;
}

json::Value Body::texts_object(const std::string& name) {
    const json::Value* found = take(name);
    if (!found) return {};
    const bool fits = found->is_object() && found->members().size() <= 50 &&
                      std::all_of(found->members().begin(), found->members().end(), [](const json::Member& m) {
                          return m.second.string() && m.first.size() <= 100 && m.second.string()->size() <= 500 && !holds_card_number(*m.second.string());
                      });
    if (!fits) fault("/" + name, "wrong_type", name + " must be an object of at most 50 texts of 500 bytes.");
    return *found;
}

std::string Body::url(const std::string& name, bool required) {
    std::string out = required ? need(name) : text(name);
    const bool fits = out.empty() || out.rfind("https://", 0) == 0 || out.rfind("http://", 0) == 0;
    if (!fits || out.find_first_of(" \r\n\t\"<>\\") != std::string::npos) fault("/" + name, "url_invalid", name + " must be an http or https URL.");
    return out;
}

const json::Value* Body::take_array(const std::string& name, size_t max) {
    const json::Value* found = take(name);
    if (!found) return nullptr;
    const bool objects = found->is_array() && std::all_of(found->items().begin(), found->items().end(), [](const json::Value& one) { return one.is_object(); });
    if (objects && found->items().size() <= max) return found;
    fault("/" + name, "wrong_type", name + " must be a list of at most " + std::to_string(max) + " objects.");
    return nullptr;
}

const json::Value* Body::take_object(const std::string& name) {
    const json::Value* found = take(name);
    if (!found || found->is_object()) return found;
    fault("/" + name, "wrong_type", name + " must be an object.");
    return nullptr;
}

std::string Body::word(const std::string& name, const std::vector<std::string>& words, const std::string& fallback) {
    const std::string out = text(name);
    if (out.empty()) return fallback;
    if (std::find(words.begin(), words.end(), out) != words.end()) return out;
    std::string list;
    for (const std::string& word : words) list += (list.empty() ? "" : ", ") + word;
    fault("/" + name, "not_allowed", name + " must be one of " + list + ".");
    return fallback;
}

std::optional<Problem> Body::finish() {
    for (const auto& member : value_.members()) {
        if (std::find(known_.begin(), known_.end(), member.first) != known_.end()) continue;
        const std::string near = config::nearest(member.first, known_);
        fault("/" + member.first, "unknown_field", "Unknown field \"" + member.first + "\"" + (near.empty() ? "." : " (did you mean \"" + near + "\"?)."));
    }
    if (faults_.empty()) return std::nullopt;
    Problem p = problem(422, faults_.front().code, faults_.front().detail);
    p.errors = faults_;
    return p;
}

}  // namespace turnpike::app
