#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "host/json/value.hpp"
#include "host/payments/books.hpp"
#include "host/payments/observation.hpp"

namespace turnpike::payments {

/// How much moved of one kind: the sum of distinct movements against the highest total seen.  Only grows.
struct Movement {
    int64_t sum = 0;
    int64_t high = 0;
    int64_t target() const { return sum > high ? sum : high; }
};

/// One fee the provider named; a newer word about the same id replaces the older one.
struct FeeFact {
    std::string id;       ///< "" for a total
    int64_t minor = 0;    ///< in the payment's currency
    int64_t as_of_ms = 0;
    std::string source;   ///< provider, converted, or unavailable (another currency, and no rate)
    std::string original; ///< "0.54 EUR" when converted or not convertible
};

/// What was observed of one payment in one currency and mode.
struct Facts {
    std::string currency, mode;
    Movement captured, refunded, disputed;
    int64_t refund_failed = 0, dispute_credited = 0, fee_refunded = 0;
    std::vector<FeeFact> fees;
    Books posted;         ///< what the journal holds for it
    int64_t fee() const;  ///< net of returned fees, never below 0
};

struct SoftStatus {
    ProviderStatus status = ProviderStatus::pending;
    int64_t as_of_ms = 0;
    std::string reason;
};

struct DisputeFact {
    std::string id;
    DisputeState state = DisputeState::open;
};

/// Everything that was ever observed of a payment, in a form in which order and repetition are lost.
/// facts[0] is the payment's own currency and mode; others are money that should not have come this way.
struct State {
    std::vector<Facts> facts;
    std::optional<int64_t> authorized_minor;
    int64_t authorized_as_of_ms = 0;
    std::optional<SoftStatus> soft;
    std::vector<DisputeFact> disputes;
    std::vector<std::string> held;      ///< reasons, each for ever
    std::vector<std::string> released;  ///< reasons an operator let pass
    std::string rejected;               ///< the operator's reason; money stays in suspense
    bool fee_pending = false;
    bool fee_unavailable = false;
    std::optional<int64_t> payer_fee_minor;
    std::string payer_email;
    bool cancelled_by_us = false;       ///< the provider's own word for what we did (expired, say) does not replace it
    bool asked_refunds = false;         ///< there are rows of ours in `refunds`
};

json::Value to_json(const State& state);
State read_state(const json::Value& value);

bool contains(const std::vector<std::string>& list, std::string_view item);
void add_once(std::vector<std::string>& list, std::string_view item);

}  // namespace turnpike::payments
