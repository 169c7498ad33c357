#include "host/plugins/transforms.hpp"

#include <Poco/TextConverter.h>
#include <Poco/TextEncoding.h>
#include <Poco/UTF8Encoding.h>

#include "host/base/encoding.hpp"
#include "host/json/read.hpp"
#include "host/json/write.hpp"
#include "host/plugins/xml_json.hpp"

namespace turnpike::plugins {
namespace {

using Text = std::optional<std::string>;

/// Bytes of an IANA charset as UTF-8; nullopt for unknown charsets and bytes the charset does not have.
Text to_utf8(std::string_view charset, std::string_view data) {
    if (charset == "utf-8") return is_utf8(data) ? Text(std::string(data)) : std::nullopt;
    try {
        Poco::TextEncoding& from = Poco::TextEncoding::byName(std::string(charset));
        Poco::UTF8Encoding utf8;
        std::string out;
        const int errors = Poco::TextConverter(from, utf8).convert(std::string(data), out);
        return errors == 0 && is_utf8(out) ? Text(out) : std::nullopt;
    } catch (const Poco::Exception&) {
        return std::nullopt;
    }
}

Text form_json(std::string_view data, std::string_view charset) {
    json::Value out = json::Value::object();
    while (!data.empty()) {
        const size_t amp = data.find('&');
        const std::string_view pair = data.substr(0, amp);
        data = amp == std::string_view::npos ? std::string_view() : data.substr(amp + 1);
        if (pair.empty()) continue;
        const size_t equals = pair.find('=');
        const auto name = percent_decode(pair.substr(0, equals), Plus::space);
        const auto raw = percent_decode(equals == std::string_view::npos ? std::string_view() : pair.substr(equals + 1), Plus::space);
        if (!name || !raw || !is_utf8(*name) || out.find(*name)) return std::nullopt;
        const Text value = to_utf8(charset, *raw);
        if (!value) return std::nullopt;
        out.set(*name, *value);
    }
    return json::write(out);
}

Text base64_strict(std::string_view data) {
    while (!data.empty() && data.back() == '=') data.remove_suffix(1);
    auto out = from_base64(data);
    // Left-over bits that are not 0 would make two texts for one value.
    if (!out) return std::nullopt;
    std::string again = to_base64url(*out);
    std::string given(data);
    for (char& c : given) c = c == '+' ? '-' : c == '/' ? '_' : c;
    return again == given ? out : std::nullopt;
}

Text json_sorted(std::string_view data) {
    const auto value = json::read(data);
    return value ? Text(json::write_sorted(*value)) : std::nullopt;
}

Text json_quoted(std::string_view data) {
    if (!is_utf8(data)) return std::nullopt;
    std::string out;
    json::append_quoted(out, data);
    return out;
}

Text json_keys(std::string_view data) {
    const auto value = json::read(data);
    if (!value || !value->is_object()) return std::nullopt;
    json::Value out = json::Value::array();
    for (const auto& member : value->members()) out.push(member.first);
    return json::write(out);
}

struct Named {
    std::string_view name;
    Text (*run)(std::string_view);
};
constexpr Named kTransforms[] = {
    {"base64/1", [](std::string_view d) -> Text { return to_base64(d); }},
    {"base64url/1", [](std::string_view d) -> Text { return to_base64url(d); }},
    {"unbase64/1", base64_strict},
    {"hex/1", [](std::string_view d) -> Text { return to_hex(d); }},
    {"unhex/1", [](std::string_view d) -> Text { return from_hex(d); }},
    {"percent/1", [](std::string_view d) -> Text { return percent_encode(d); }},
    {"unpercent/1", [](std::string_view d) -> Text { return percent_decode(d); }},
    {"form.json/1", [](std::string_view d) -> Text { return form_json(d, "utf-8"); }},
    {"xml.json/1", xml_to_json},
    {"json.quote/1", json_quoted},
    {"json.sorted/1", json_sorted},
    {"json.keys/1", json_keys},
};

/// "<prefix><charset>/1" -> charset; empty when the name is another.
std::string_view charset_in(std::string_view name, std::string_view prefix) {
    if (name.size() <= prefix.size() + 2 || name.substr(0, prefix.size()) != prefix || name.substr(name.size() - 2) != "/1") return {};
    return name.substr(prefix.size(), name.size() - prefix.size() - 2);
}

}  // namespace

Text transform(std::string_view name, std::string_view data) {
    for (const Named& known : kTransforms)
        if (known.name == name) return known.run(data);
    if (const auto charset = charset_in(name, "utf8."); !charset.empty()) return to_utf8(charset, data);
    if (const auto charset = charset_in(name, "form.json."); !charset.empty()) return form_json(data, charset);
    return std::nullopt;
}

bool knows_transform(std::string_view name) {
    for (const Named& known : kTransforms)
        if (known.name == name) return true;
    for (const std::string_view prefix : {"utf8.", "form.json."})
        if (const auto charset = charset_in(name, prefix); !charset.empty()) return to_utf8(charset, "").has_value();
    return false;
}

}  // namespace turnpike::plugins
