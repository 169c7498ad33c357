#include "host/config/map_reader.hpp"

#include <algorithm>

#include "host/config/suggest.hpp"

namespace turnpike::config {
namespace {

std::string joined_words(const std::vector<std::string>& words) {
    std::string out;
    for (const std::string& word : words) out += (out.empty() ? "" : ", ") + word;
    return out;
}

}  // namespace

MapReader::MapReader(const Node& node, Diagnostics& diagnostics, std::string what)
    : node_(node), diagnostics_(diagnostics), what_(std::move(what)) {
    if (node.kind != Node::Kind::map && node.kind != Node::Kind::null)
        diagnostics_.error(node, "wrong_type", what_ + " must be a map of keys and values");
}

const Node* MapReader::take(const std::string& key) {
    known_.push_back(key);
    const Node* found = node_.find(key);
    return found && found->kind != Node::Kind::null ? found : nullptr;
}

const Node* MapReader::scalar(const std::string& key, const char* expected) {
    const Node* found = take(key);
    if (!found || found->kind == Node::Kind::scalar) return found;
    diagnostics_.error(*found, "wrong_type", key + " must be " + expected);
    return nullptr;
}

std::optional<std::string> MapReader::text(const std::string& key) {
    const Node* found = scalar(key, "a text");
    return found ? std::optional(found->text) : std::nullopt;
}

std::optional<bool> boolean_of(const Node& node) {
    if (node.kind != Node::Kind::scalar || node.is_text) return std::nullopt;
    for (const char* yes : {"true", "True", "TRUE", "yes", "on"})
        if (node.text == yes) return true;
    for (const char* no : {"false", "False", "FALSE", "no", "off"})
        if (node.text == no) return false;
    return std::nullopt;
}

std::optional<bool> MapReader::boolean(const std::string& key) {
    const Node* found = scalar(key, "true or false");
    if (!found) return std::nullopt;
    const auto value = boolean_of(*found);
    if (!value) diagnostics_.error(*found, "wrong_type", key + " must be true or false");
    return value;
}

std::optional<int64_t> MapReader::integer(const std::string& key, int64_t min, int64_t max) {
    const Node* found = scalar(key, "a whole number");
    if (!found) return std::nullopt;
    const bool digits = !found->text.empty() && found->text.size() <= 15 && found->text.find_first_not_of("0123456789") == std::string::npos;
    const int64_t value = digits ? std::stoll(found->text) : 0;
    if (digits && value >= min && value <= max) return value;
    diagnostics_.error(*found, "out_of_range", key + " must be a whole number from " + std::to_string(min) + " to " + std::to_string(max));
    return std::nullopt;
}

std::optional<money::Percent> MapReader::percent(const std::string& key) {
    const Node* found = scalar(key, "a percentage");
    if (!found) return std::nullopt;
    const auto value = money::parse_percent(found->text);
    if (!value) diagnostics_.error(*found, "percent_invalid", key + " must be a percentage from 0 to 100 with at most 4 decimals, such as \"2.9\"");
    return value;
}

std::optional<std::vector<std::string>> MapReader::texts(const std::string& key) {
    const Node* found = take(key);
    if (!found) return std::nullopt;
    if (found->kind == Node::Kind::scalar) return std::vector<std::string>{found->text};
    std::vector<std::string> out;
    for (const Node& item : found->items) {
        if (item.kind == Node::Kind::scalar) out.push_back(item.text);
        else diagnostics_.error(item, "wrong_type", key + " must be a list of texts");
    }
    if (found->kind == Node::Kind::map) diagnostics_.error(*found, "wrong_type", key + " must be a list of texts");
    return out;
}

std::optional<std::string> MapReader::word(const std::string& key, const std::vector<std::string>& words) {
    const Node* found = scalar(key, "a text");
    if (!found) return std::nullopt;
    if (std::find(words.begin(), words.end(), found->text) != words.end()) return found->text;
    diagnostics_.error(*found, "not_allowed", key + " must be one of " + joined_words(words), nearest(found->text, words));
    return std::nullopt;
}

void MapReader::finish() {
    for (const auto& [key, value] : node_.members) {
        if (std::find(known_.begin(), known_.end(), key.text) != known_.end()) continue;
        diagnostics_.error(key, "unknown_key", "unknown key \"" + key.text + "\" in " + what_, nearest(key.text, known_));
    }
}

}  // namespace turnpike::config
