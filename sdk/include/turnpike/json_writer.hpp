#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

#include "turnpike/text.hpp"

namespace turnpike {

class JsonObject;
class JsonArray;

/// Appends `text` as a JSON string; bytes that are no UTF-8 become U+FFFD.
inline void append_quoted(std::string& out, std::string_view text) {
    static constexpr char kDigits[] = "0123456789abcdef";
    out += '"';
    for (const char c : utf8_or_replaced(text)) {
        if (c == '"' || c == '\\') {
            out += '\\';
            out += c;
        } else if (static_cast<uint8_t>(c) < 0x20) {
            out += "\\u00";
            out += kDigits[static_cast<uint8_t>(c) >> 4];
            out += kDigits[static_cast<uint8_t>(c) & 15];
        } else {
            out += c;
        }
    }
    out += '"';
}

/// JSON text that needs no quoting: digits, or a document someone else wrote.
struct RawJson {
    std::string text;
};

/// One value on its way into a document.
class JsonValue {
  public:
    JsonValue(std::string_view text) { append_quoted(text_, text); }
    JsonValue(const char* text) : JsonValue(std::string_view(text)) {}
    JsonValue(const std::string& text) : JsonValue(std::string_view(text)) {}
    template <class Integer, std::enable_if_t<std::is_integral_v<Integer>, int> = 0>
    JsonValue(Integer number) {
        if constexpr (std::is_same_v<Integer, bool>) {
            text_ = number ? "true" : "false";
        } else {
            text_ = std::to_string(number);
        }
    }
    JsonValue(RawJson raw) : text_(std::move(raw.text)) {}
    JsonValue(const JsonObject& object);
    JsonValue(const JsonArray& array);
    const std::string& text() const { return text_; }

  private:
    std::string text_;
};

/// Builds an object; members keep the order in which they were first set.
class JsonObject {
  public:
    JsonObject& set(std::string_view name, const JsonValue& value) {
        for (auto& member : members_) {
            if (member.first != name) continue;
            member.second = value.text();
            return *this;
        }
        members_.emplace_back(name, value.text());
        return *this;
    }
    /// Nothing when the text is empty.
    JsonObject& set_if(std::string_view name, std::string_view text) {
        return text.empty() ? *this : set(name, text);
    }
    bool empty() const { return members_.empty(); }
    std::string json() const {
        std::string out = "{";
        for (const auto& [name, value] : members_) {
            if (out.size() > 1) out += ',';
            append_quoted(out, name);
            out += ':';
            out += value;
        }
        return out + '}';
    }

  private:
    std::vector<std::pair<std::string, std::string>> members_;
};

/// Builds an array.
class JsonArray {
  public:
    JsonArray& add(const JsonValue& value) {
        if (!items_.empty()) items_ += ',';
        items_ += value.text();
        return *this;
    }
    bool empty() const { return items_.empty(); }
    std::string json() const { return '[' + items_ + ']'; }

  private:
    std::string items_;
};

inline JsonValue::JsonValue(const JsonObject& object) : text_(object.json()) {}
inline JsonValue::JsonValue(const JsonArray& array) : text_(array.json()) {}

}  // namespace turnpike
