#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "host/ledger/account.hpp"
#include "host/store/committer.hpp"

namespace turnpike::ledger {

/// A signed amount in minor units, debit positive.
struct Entry {
    Account account;
    int64_t amount = 0;
};

/// One journal transaction before it is posted.  Its entries sum to zero and name each account once.
struct Posting {
    std::string type;                    ///< payment, fee, refund, dispute, release, assign, usage, adjustment, opening
    std::optional<std::string> payment;  ///< pay_...
    std::string cause;                   ///< what it follows from: an effect's id, a refund, an operator's reference
    std::string currency;
    std::string mode;
    std::vector<Entry> entries;
};

/// How a posting moved one customer's own side (positive = we owe them).
struct CustomerMove {
    std::string customer;
    int64_t amount = 0;
    int64_t balance_after = 0;
};

struct Posted {
    int64_t n = 0;  ///< the journal row
    std::vector<CustomerMove> customers;
};

/// Entries of one journal row; an entry's n is its row's n times this, plus its place.
constexpr int64_t kEntriesMax = 16;

/// Appends to the journal and moves the customers' balances, in the caller's transaction.  Entries of amount 0 are
/// left out; a posting without any is a programmer's error, as is one that does not sum to zero: both throw
/// std::logic_error and so roll the unit back.
Posted post(store::Tx& tx, const Posting& posting);

/// A customer's own side, 0 when nothing was ever posted.
int64_t balance(store::Session& db, const std::string& customer, const std::string& currency, const std::string& mode);

}  // namespace turnpike::ledger
