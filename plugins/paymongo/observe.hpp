#pragma once

#include "turnpike/observation.hpp"

namespace paymongo {

/// What was seen: the fallback mode and when.
struct Seen {
    turnpike::Mode mode;
    int64_t at_unix_ms;
};

/// Any resource PayMongo reports about a payment: checkout_session, link, payment, payment_intent or
/// refund, told by its `type`.  Throws Error(provider) for another one.
turnpike::Observation observe(const turnpike::Json& resource, const Seen& seen);
bool tells_of_payments(const turnpike::Json& resource);

void add_payment(turnpike::Observation& out, const turnpike::Json& payment);
void add_refund(turnpike::Observation& out, const turnpike::Json& refund);

}  // namespace paymongo
