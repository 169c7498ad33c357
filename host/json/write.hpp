#pragma once

#include <string>
#include <string_view>

#include "host/json/value.hpp"

namespace turnpike::json {

/// Compact JSON, members in their order; `/` unescaped, everything below U+0020 escaped.
std::string write(const Value& value);
/// Members sorted by name, recursively: the same text for the same content (fingerprints, hashes).
std::string write_sorted(const Value& value);
/// Appends the text as a JSON string with its quotes.
void append_quoted(std::string& out, std::string_view text);

}  // namespace turnpike::json
