#pragma once

#include "turnpike/observation.hpp"

namespace paystack {

/// What a transaction says, from verify, a list or charge.success: they have the same members.
/// `mode` is what stands in for a missing `domain`.
turnpike::Observation observe_transaction(const turnpike::Json& data, turnpike::Mode mode,
                                          int64_t at_unix_ms);

/// Adds one refund of the API's (events name refunds too vaguely to be counted).
void add_refund(turnpike::Observation& out, const turnpike::Json& refund);

turnpike::Observation observe_dispute(const turnpike::Json& data, turnpike::Mode mode,
                                      int64_t at_unix_ms);

turnpike::Mode mode_of(const turnpike::Json& data, turnpike::Mode fallback);

}  // namespace paystack
