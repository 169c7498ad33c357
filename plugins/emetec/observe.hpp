#pragma once

#include "turnpike/observation.hpp"

namespace emetec {

/// What one payment of the gateway says: a debit, an authorization, or an operation on one.  The members
/// are the same in status, query and webhook.
turnpike::Observation observe(const turnpike::Json& payment, turnpike::Mode mode,
                              int64_t at_unix_ms);
/// Adds another one's movements to the first one's.
void add(turnpike::Observation& out, const turnpike::Json& payment);

}  // namespace emetec
