#pragma once

#include "turnpike/answer.hpp"

namespace stripe {

/// What an answer other than 2xx, or no answer, amounts to.
turnpike::Error error_of(const turnpike::Answer& answer);

/// The `error.code` of an answer; "" when it has none.
std::string_view error_code(const turnpike::Answer& answer);

}  // namespace stripe
