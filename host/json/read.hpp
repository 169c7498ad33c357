#pragma once

#include <string_view>

#include "host/json/value.hpp"

namespace turnpike::json {

struct ReadError {
    std::string message;  ///< "duplicate member \"amount\"", never any of the document's values
};

struct ReadLimits {
    int max_depth = 32;
};

/// Reads a whole document strictly (RFC 8259): valid UTF-8, no duplicate members, no trailing bytes, no
/// NaN, depth limited; digits are kept as written.  The parsing itself is simdjson's.  Thread-safe.
tl::expected<Value, ReadError> read(std::string_view document, ReadLimits limits = {});

}  // namespace turnpike::json
