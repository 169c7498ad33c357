#pragma once

#include <charconv>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "turnpike/host.hpp"

namespace turnpike {

/// A place in a JSON document, read by the host.  Cheap to copy.  Digits stay as written: nothing
/// here ever makes a double.  A place that does not exist is an empty Json, so chains need no
/// checks: `body["payment_intent"]["id"].text()` is "" when either is missing.
class Json {
  public:
    Json() = default;
    Json(const Host& host, std::string_view document) : Json(host, document, {}) {}

    bool is_null() const { return kind_ == TPK_JSON_NULL; }
    bool is_string() const { return kind_ == TPK_JSON_STRING; }
    bool is_number() const { return kind_ == TPK_JSON_NUMBER; }
    bool is_array() const { return kind_ == TPK_JSON_ARRAY; }
    bool is_object() const { return kind_ == TPK_JSON_OBJECT; }
    /// Something other than null is here.
    explicit operator bool() const {
        return kind_ != TPK_JSON_ABSENT && kind_ != TPK_JSON_NULL && kind_ != TPK_JSON_ERROR;
    }

    /// RFC 6901: "/data/object/id".
    Json at(std::string_view pointer) const {
        if (!is_object() && !is_array()) return {};
        return Json(*host_, value_, pointer);
    }
    Json operator[](std::string_view member) const {
        std::string pointer = "/";
        for (const char c : member) {
            if (c == '~')
                pointer += "~0";
            else if (c == '/')
                pointer += "~1";
            else
                pointer += c;
        }
        return at(pointer);
    }
    Json operator[](size_t index) const {
        return is_array() ? at('/' + std::to_string(index)) : Json();
    }

    /// The text of a string; "" of anything else.
    std::string_view text() const { return is_string() ? value_ : std::string_view(); }
    std::string_view text_or(std::string_view fallback) const {
        return is_string() ? value_ : fallback;
    }
    /// The digits of a number as written; "" of anything else.
    std::string_view digits() const { return is_number() ? value_ : std::string_view(); }
    /// A string's text or a number's digits: for providers that quote numbers as they please.
    std::string_view scalar() const {
        return is_string() || is_number() ? value_ : std::string_view();
    }
    /// A number written as a plain integer that fits.
    std::optional<int64_t> integer() const {
        int64_t out = 0;
        const std::string_view all = digits();
        const auto [end, failure] = std::from_chars(all.data(), all.data() + all.size(), out);
        if (all.empty() || failure != std::errc() || end != all.data() + all.size())
            return std::nullopt;
        return out;
    }
    bool is_true() const { return kind_ == TPK_JSON_BOOL && value_ == "true"; }
    bool is_false() const { return kind_ == TPK_JSON_BOOL && value_ == "false"; }
    /// The JSON text of an array or object.
    std::string_view json() const {
        return is_array() || is_object() ? value_ : std::string_view();
    }

    std::vector<Json> items() const {
        std::vector<Json> out;
        if (!is_array()) return out;
        for (size_t i = 0;; ++i) {
            Json item = (*this)[i];
            if (item.kind_ == TPK_JSON_ABSENT || item.kind_ == TPK_JSON_ERROR) return out;
            out.push_back(item);
        }
    }
    std::vector<std::string_view> names() const {
        std::vector<std::string_view> out;
        if (!is_object()) return out;
        for (const Json& name : Json(*host_, host_->transform("json.keys/1", value_)).items()) {
            out.push_back(name.text());
        }
        return out;
    }

    /// Like the getters above, but throws Error(provider) when the answer lacks what it must have.
    std::string_view need_text(std::string_view pointer) const {
        const Json found = at(pointer);
        if (found.text().empty()) missing("text", pointer);
        return found.text();
    }
    int64_t need_integer(std::string_view pointer) const {
        const auto found = at(pointer).integer();
        if (!found) missing("integer", pointer);
        return *found;
    }

  private:
    Json(const Host& host, std::string_view document, std::string_view pointer)
        : host_(&host), kind_(host.json(document, pointer, value_)) {}

    [[noreturn]] static void missing(std::string_view what, std::string_view pointer) {
        throw Error(ErrorKind::provider, "The message has no " + std::string(what) + " at " +
                                             std::string(pointer) + ".");
    }

    const Host* host_ = nullptr;
    std::string_view value_;
    uint32_t kind_ = TPK_JSON_ABSENT;
};

}  // namespace turnpike
