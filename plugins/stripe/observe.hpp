#pragma once

#include <cstdint>
#include <string_view>

#include "turnpike/provider.hpp"

namespace stripe {

/// When something was seen, and the mode to assume where an object does not say.
struct Seen {
    turnpike::Mode mode;
    int64_t as_of_unix_ms;
};

turnpike::Observation observe_session(const turnpike::Json& session, const Seen& seen);
turnpike::Observation observe_intent(const turnpike::Json& intent, const Seen& seen);
turnpike::Observation observe_charge(const turnpike::Json& charge, const Seen& seen);
turnpike::Observation observe_refund(const turnpike::Json& refund, const Seen& seen);
turnpike::Observation observe_dispute(const turnpike::Json& dispute, const Seen& seen);

/// Adds what a refund or a dispute moved to an observation of its payment.
void add_refund(turnpike::Observation& observation, const turnpike::Json& refund);
void add_dispute(turnpike::Observation& observation, const turnpike::Json& dispute);

}  // namespace stripe
