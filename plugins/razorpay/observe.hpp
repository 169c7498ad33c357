#pragma once

#include "turnpike/observation.hpp"

namespace razorpay {

/// When and in which mode something was seen.
struct Seen {
    turnpike::Mode mode;
    int64_t at_unix_ms;
};

/// Adds what one payment of an order says: its capture, fee, refunds in total, its status.
void add_payment(turnpike::Observation& out, const turnpike::Json& payment);

/// An observation of one payment (pay_) alone, as webhooks and lists bring it.
turnpike::Observation observe_payment(const turnpike::Json& payment, const Seen& seen);

void add_refund(turnpike::Observation& out, const turnpike::Json& refund);
turnpike::Observation observe_refund(const turnpike::Json& refund, const Seen& seen);

turnpike::Observation observe_dispute(const turnpike::Json& dispute, const Seen& seen);

}  // namespace razorpay
