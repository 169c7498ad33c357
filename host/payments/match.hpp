#pragma once

#include <optional>
#include <string>
#include <vector>

#include "host/payments/observation.hpp"
#include "host/payments/payment.hpp"
#include "host/payments/scopes.hpp"

namespace turnpike::payments {

/// 16 characters of [a-z0-9]: what our references look like.
bool is_reference(const std::string& text);

/// Every name the observation gives its payment: our reference, the provider's ids, the ids of its captures.
std::vector<std::string> names_of(const Observation& observation);

/// The payment an observation belongs to: by our reference, else by any id of the provider's that a payment is known
/// by, else (reversals only) by the parent's id.
std::optional<Payment> find_payment(store::Tx& tx, const Source& source, const Scope& scope, const Observation& observation);

/// Makes the provider's names lead to the payment; those that were new.  Ids of captures lead there already.
std::vector<std::string> remember_names(store::Tx& tx, const Source& source, const Scope& scope, const Payment& payment,
                                        const Observation& observation);

/// Whose money incoming money is.
struct CustomerMatch {
    std::optional<std::string> customer;
    std::string reason;  ///< customer_unknown or customer_ambiguous when there is none
};
CustomerMatch find_customer(store::Session& db, const std::string& payer_email, bool match_contacts);

/// Lower case for comparing addresses; ASCII only, as mail addresses are.
std::string fold(std::string_view text);

}  // namespace turnpike::payments
