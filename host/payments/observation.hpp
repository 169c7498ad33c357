#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "host/base/result.hpp"
#include "host/json/value.hpp"
#include "host/money/amount.hpp"

namespace turnpike::payments {

enum class EffectKind { capture, refund, refund_failed, dispute_debit, dispute_credit, fee, fee_refund };
std::string_view to_text(EffectKind kind);

/// One movement of money with the provider's id of it.
struct Effect {
    EffectKind kind = EffectKind::capture;
    std::string id;
    money::Amount amount;
    std::string refund;  ///< our ref_ id, when the provider echoes it
    std::string rate;    ///< fees: fee-currency units for one unit of the payment's currency
    /// Reversals: a fee that came back with it.  Where both together are what was captured, the amount leaves it out.
    std::optional<money::Amount> fee_part = std::nullopt;
};

struct FeeTotal {
    money::Amount amount;
    std::string rate;
};

/// What the provider says of itself, never what we conclude (money.md 5).
enum class ProviderStatus { pending, requires_action, authorized, succeeded, failed, cancelled, expired };

enum class DisputeState { open = 1, lost = 2, won = 3 };
struct DisputeSeen {
    std::string id;
    DisputeState state = DisputeState::open;
};

enum class RefundState { pending, succeeded, failed };
struct RefundSeen {
    std::string refund;  ///< our ref_ id, may be empty
    std::string provider_reference;
    RefundState state = RefundState::pending;
    std::optional<money::Amount> amount;
};

struct NamedId {
    std::string name;
    std::string id;
};

/// What only the results of create and complete have: what the payer must do next, and what later operations need.
struct CreateAnswer {
    std::optional<json::Value> next_action, provider_data;
    std::optional<int64_t> expires_at_ms;
};

/// One observation of one payment as a plugin reported it (plugin-abi.md 6): movements and cumulative totals.
struct Observation {
    std::string reference, provider_reference, parent;
    std::vector<NamedId> provider_ids;
    std::string account, mode, receiver;
    std::string payer_email, payer_name;
    ProviderStatus status = ProviderStatus::pending;
    std::string provider_status, reason;
    std::optional<money::Amount> amount;      ///< what the provider says was asked
    std::optional<money::Amount> authorized;
    std::vector<Effect> effects;
    std::optional<money::Amount> total_captured, total_refunded, total_disputed;
    std::optional<FeeTotal> total_fee;
    bool fee_pending = false;
    bool fee_unavailable = false;
    std::optional<money::Amount> payer_fee;
    std::vector<DisputeSeen> disputes;
    std::vector<RefundSeen> refunds;
    int64_t as_of_ms = 0;
    bool query = false;                       ///< the host should ask for the whole state
    CreateAnswer answer;                      ///< set by apply_result alone
};

/// Reads one observation.  Unknown members are passed over, an unknown status is pending; money that cannot be
/// expressed exactly in its currency, a missing mode or id is an error (502 plugin_fault).
Result<Observation> read_observation(const json::Value& value);
json::Value to_json(const Observation& observation);

/// Money as it crosses the border.
json::Value money_json(const money::Amount& amount);
std::optional<money::Amount> read_money(const json::Value* value);

}  // namespace turnpike::payments
