#pragma once

#include "nvp.hpp"
#include "turnpike/observation.hpp"

namespace paypal_express {

/// Whether a status, plain, is that of money that arrived, whatever became of it since.
bool has_arrived(std::string_view status);

/// What one transaction says: the answer of GetTransactionDetails, or of a call that made it.  `prefix`
/// stands before its names, such as "PAYMENTINFO_0_".
turnpike::Observation observe_transaction(const turnpike::Json& fields, const std::string& prefix,
                                          turnpike::Mode mode, int64_t at_unix_ms);

/// Asks for a transaction, and for what went back of it once something did.
turnpike::Task<turnpike::Observation> transaction_state(turnpike::Op& op, Account account,
                                                        std::string id);

}  // namespace paypal_express
