#pragma once

#include <string>
#include <string_view>

namespace turnpike::ledger {

/// Kinds of accounts (money.md 7).  The numbers are stored.
enum class Role { customer = 1, provider = 2, surcharge = 3, fees = 4, suspense = 5, adjustments = 6 };

constexpr std::string_view to_text(Role role) {
    switch (role) {
        case Role::customer: return "customer";
        case Role::provider: return "provider";
        case Role::surcharge: return "surcharge";
        case Role::fees: return "fees";
        case Role::suspense: return "suspense";
        case Role::adjustments: return "adjustments";
    }
    return "unknown";
}

/// An account of one currency and mode; both are the journal transaction's.  owner: a customer's id, an
/// integration's id, or "" for adjustments.
struct Account {
    Role role = Role::adjustments;
    std::string owner;
    std::string text() const { return owner.empty() ? std::string(to_text(role)) : std::string(to_text(role)) + ":" + owner; }
};

}  // namespace turnpike::ledger
