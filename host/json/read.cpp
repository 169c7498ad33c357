#include "host/json/read.hpp"

#include <simdjson.h>

#include <algorithm>

namespace turnpike::json {
namespace {

namespace od = simdjson::ondemand;

struct Refusal {
    std::string message;
};

[[noreturn]] void refuse(std::string message) { throw Refusal{std::move(message)}; }

template <class T>
T take(simdjson::simdjson_result<T> r) {
    T out;
    if (const auto error = std::move(r).get(out)) refuse(simdjson::error_message(error));
    return out;
}

/// RFC 8259 number grammar; on-demand hands out the raw token without having checked it.
bool is_number_token(std::string_view t) {
    size_t i = 0;
    const auto digits = [&] {
        const size_t from = i;
        while (i < t.size() && t[i] >= '0' && t[i] <= '9') ++i;
        return i - from;
    };
    if (i < t.size() && t[i] == '-') ++i;
    const size_t whole_at = i;
    const size_t whole = digits();
    if (whole == 0 || (whole > 1 && t[whole_at] == '0')) return false;
    if (i < t.size() && t[i] == '.') {
        ++i;
        if (digits() == 0) return false;
    }
    if (i < t.size() && (t[i] == 'e' || t[i] == 'E')) {
        ++i;
        if (i < t.size() && (t[i] == '+' || t[i] == '-')) ++i;
        if (digits() == 0) return false;
    }
    return i == t.size();
}

std::string_view trimmed(std::string_view t) {
    while (!t.empty() && (t.back() == ' ' || t.back() == '\t' || t.back() == '\n' || t.back() == '\r')) {
        t.remove_suffix(1);
    }
    return t;
}

Value number_of(std::string_view raw_token) {
    const auto token = trimmed(raw_token);
    if (!is_number_token(token)) refuse("a malformed number");
    return Value(Number{std::string(token)});
}

void refuse_duplicates(const Object& members) {
    std::vector<std::string_view> names;
    names.reserve(members.size());
    for (const auto& member : members) names.push_back(member.first);
    std::sort(names.begin(), names.end());
    const auto twin = std::adjacent_find(names.begin(), names.end());
    if (twin != names.end()) refuse("duplicate member \"" + std::string(*twin).substr(0, 64) + "\"");
}

Value tree(od::value v, int depth_left);

Value object_of(od::object object, int depth_left) {
    Object members;
    for (auto entry : object) {
        od::field field = take(std::move(entry));
        std::string name(take(field.unescaped_key()));
        members.emplace_back(std::move(name), tree(field.value(), depth_left - 1));
    }
    refuse_duplicates(members);
    return Value(std::move(members));
}

Value array_of(od::array array, int depth_left) {
    Array items;
    for (auto entry : array) items.push_back(tree(take(entry), depth_left - 1));
    return Value(std::move(items));
}

Value tree(od::value v, int depth_left) {
    if (depth_left <= 0) refuse("nested too deeply");
    switch (take(v.type())) {
        case od::json_type::object: return object_of(take(v.get_object()), depth_left);
        case od::json_type::array: return array_of(take(v.get_array()), depth_left);
        case od::json_type::string: return Value(std::string(take(v.get_string())));
        case od::json_type::number: return number_of(v.raw_json_token());
        case od::json_type::boolean: return Value(take(v.get_bool()));
        case od::json_type::null:
            if (!v.is_null()) refuse("a malformed literal");
            return Value();
    }
    refuse("an unknown kind of value");
}

Value container(od::document& doc, int max_depth) {
    Value value = take(doc.type()) == od::json_type::array ? array_of(take(doc.get_array()), max_depth)
                                                           : object_of(take(doc.get_object()), max_depth);
    // The location is out of bounds exactly when every token has been consumed.
    if (!doc.current_location().error()) refuse("bytes after the end of the document");
    return value;
}

bool is_container(std::string_view document) {
    const size_t first = document.find_first_not_of(" \t\r\n");
    return first != document.npos && (document[first] == '{' || document[first] == '[');
}

Value parsed(std::string_view document, int max_depth) {
    thread_local od::parser parser;
    const simdjson::padded_string padded(document);
    od::document doc = take(parser.iterate(padded));
    return container(doc, max_depth);
}

}  // namespace

tl::expected<Value, ReadError> read(std::string_view document, ReadLimits limits) {
    try {
        if (is_container(document)) return parsed(document, limits.max_depth);
        // On-demand cannot tell where a scalar root ends; as the only item of an array it can.
        Value wrapped = parsed("[" + std::string(document) + "]", limits.max_depth + 1);
        if (wrapped.items().size() != 1) refuse("not exactly one value");
        return std::move(wrapped.items().front());
    } catch (const Refusal& r) {
        return tl::unexpected(ReadError{r.message});
    } catch (const simdjson::simdjson_error& e) {
        return tl::unexpected(ReadError{e.what()});
    }
}

}  // namespace turnpike::json
