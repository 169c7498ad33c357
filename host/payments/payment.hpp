#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "host/json/value.hpp"
#include "host/money/amount.hpp"
#include "host/payments/state.hpp"

namespace turnpike::payments {

/// What an operator had configured when the payment was made; frozen, so that its books never change because the
/// configuration did.
struct Terms {
    Deduct deduct = Deduct::no;
    bool fee_wait = false;
    bool credit_underpaid = false;
    bool credit_overpaid = false;
    money::Percent tolerance;
    std::optional<int64_t> estimate_fixed_minor;  ///< set = no fee source, the fee is estimated
    money::Percent estimate_percent;
    bool fee_source = false;
    bool manual_capture = false;
};

/// One payment as the store keeps it (money.md 3).
struct Payment {
    int64_t seq = 0;  ///< 0 = not stored yet
    std::string id, reference, origin, integration, provider, mode;
    std::string scope;  ///< the merchant account its effects are unique under
    std::optional<std::string> customer, parent;
    money::Currency currency;
    bool sent_on = false;   ///< not stored: the operation just done gave the payer a new next_action
    int64_t amount = 0, surcharge = 0, total = 0;
    Terms terms;
    json::Value request;       ///< {description?, method?, return_url, cancel_url?, locale?, metadata, idempotency_key?}
    std::string status = "pending";
    std::optional<std::string> reason;
    std::string outcome = "known";  ///< "unknown" while a money-moving call has no answer
    State state;
    std::optional<std::string> provider_reference;
    json::Value provider_ids, provider_data, next_action;
    std::optional<int64_t> expires_at, next_check_at;
    int64_t created_at = 0, updated_at = 0;
    int64_t checks = 0;
    int64_t refunds_in_flight = 0;  ///< sum of our accepted refunds that no effect shows yet; from the refunds table

    Facts& own() { return state.facts.front(); }
    const Facts& own() const { return state.facts.front(); }
};

/// The facts of a currency and mode, made when they were not there.
Facts& facts_of(Payment& payment, std::string_view currency, std::string_view mode);

/// What the books follow from, for one of the payment's facts.
BooksInput books_input(const Payment& payment, const Facts& facts);
/// Why nothing may be credited, most telling first; empty when nothing holds the money.
std::string hold_reason(const Payment& payment, const Facts& facts);

/// Sets status and reason from the state (money.md 5).
void derive_status(Payment& payment);

/// pending, known, estimated or unavailable.
std::string fee_status(const Payment& payment);
/// Whether the own-currency capture covers what was asked (within tolerance).
bool complete(const Payment& payment);

}  // namespace turnpike::payments
