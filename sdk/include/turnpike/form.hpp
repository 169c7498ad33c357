#pragma once

#include <concepts>
#include <string>
#include <string_view>

#include "turnpike/text.hpp"

namespace turnpike {

/// Builds application/x-www-form-urlencoded text, fields in the order they were added.  Values are
/// percent encoded (a space is %20).  Names keep brackets as they are: a[b]=, a[0][b]=.
class Form {
  public:
    Form& add(std::string_view name, std::string_view value) {
        if (!text_.empty()) text_ += '&';
        append_percent(text_, name, "[]");
        text_ += '=';
        append_percent(text_, value);
        return *this;
    }
    Form& add(std::string_view name, const char* value) {
        return add(name, std::string_view(value));
    }
    Form& add(std::string_view name, std::integral auto number) {
        return add(name, std::string_view(std::to_string(number)));
    }
    Form& add(std::string_view name, bool value) { return add(name, value ? "true" : "false"); }
    /// Nothing when the value is empty.
    Form& add_if(std::string_view name, std::string_view value) {
        return value.empty() ? *this : add(name, value);
    }
    bool empty() const { return text_.empty(); }
    const std::string& text() const { return text_; }

  private:
    std::string text_;
};

/// `url` with the form's fields as its query.
inline std::string with_query(std::string_view url, const Form& query) {
    std::string out(url);
    if (query.empty()) return out;
    out += out.find('?') == std::string::npos ? '?' : '&';
    return out + query.text();
}

}  // namespace turnpike
