#pragma once

#include "turnpike/observation.hpp"
#include "turnpike/provider.hpp"

/// PayPal's Instant Payment Notifications, as both PayPal plugins receive them.
namespace paypal {

/// Asks PayPal whether it sent the inbound message: the very bytes go back.  INVALID is asked about once
/// more before it is believed, because it also comes of passing faults.  Throws Error(forged) for
/// INVALID and Error(provider) when PayPal does not say; the host checks the exchange itself.
turnpike::Task<bool> verified(turnpike::Op& op, turnpike::Mode mode);

/// The message's fields as an object of texts, in the charset it names (windows-1252 by default).
/// Throws Error(input) when they cannot be read.
turnpike::Json fields_of(const turnpike::Op& op);

/// "partially-refunded", "Partially_Refunded" and "PartiallyRefunded" are one.
std::string plain(std::string_view status);

/// An amount of PayPal's: decimal text.  Throws Error(provider) when it is none.
turnpike::Money amount_of(const turnpike::Json& fields, std::string_view name,
                          std::string_view currency);

/// What a message about one transaction says: payment, refund, reversal, case.  `mode` by test_ipn.
turnpike::Observation observe(const turnpike::Json& fields, int64_t at_unix_ms);

/// Whether the message is about money that goes back, or a case, rather than a payment.
bool is_about_reversal(const turnpike::Json& fields);

turnpike::Mode mode_of(const turnpike::Json& fields);

/// Names the message in the payment log: transaction and status.
std::string event_id(const turnpike::Json& fields);

}  // namespace paypal
