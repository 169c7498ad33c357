#pragma once

#include <optional>
#include <string>
#include <vector>

#include "host/money/amount.hpp"
#include "host/store/committer.hpp"

namespace turnpike::payments {

/// One refund we asked for (money.md 8).  Refunds made at the provider have effects only.
struct Refund {
    int64_t seq = 0;
    std::string id;  ///< ref_...
    int64_t payment = 0;
    money::Amount amount;
    std::string status = "pending";  ///< pending, succeeded, failed
    std::string outcome = "known";   ///< "unknown" while the call that asked for it has no answer
    std::optional<std::string> reason;
    std::optional<std::string> note;  ///< why it failed
    std::optional<std::string> provider_reference;
    bool has_effect = false;
    int64_t created_at = 0;
    std::optional<int64_t> next_check_at;
    int64_t checks = 0;
};

void insert_refund(store::Tx& tx, Refund& refund);
void update_refund(store::Tx& tx, const Refund& refund);
std::optional<Refund> load_refund(store::Session& db, const std::string& id);
/// Oldest first.
std::vector<Refund> refunds_of_payment(store::Session& db, int64_t payment_seq);

}  // namespace turnpike::payments
