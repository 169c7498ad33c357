#pragma once

#include "turnpike/observation.hpp"

namespace nowpayments {

/// What one payment says, from GET /payment or an IPN: they have the same members.
turnpike::Observation observe(const turnpike::Json& payment, turnpike::Mode mode,
                              int64_t at_unix_ms);

}  // namespace nowpayments
