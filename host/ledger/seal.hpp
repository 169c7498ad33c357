#pragma once

#include <cstdint>
#include <string>

#include "host/store/committer.hpp"

namespace turnpike::ledger {

/// The newest link of the chain over the journal.
struct Head {
    int64_t n = 0;           ///< number of the seal; 0 before the first
    int64_t journal_to = 0;  ///< journal rows up to here are chained
    int64_t event_to = 0;    ///< events up to here may be shown: nothing earlier can appear any more
    int64_t at = 0;
    std::string hash;        ///< 32 bytes
    std::string text() const;  ///< "<n>:<hex>", what `ledger verify --head` takes
};

Head head(store::Session& db);
/// Chains what was posted since the last seal; false when there was nothing.  Also moves the house accounts'
/// checkpoints once enough lies before them.
bool seal(store::Tx& tx);

/// head' = SHA-256(head, number, range, event range, row hashes in order).
class ChainLink {
  public:
    ChainLink(std::string_view previous, int64_t n, int64_t journal_to, int64_t event_to);
    void row(std::string_view hash) { text_ += hash; }
    std::string digest() const;

  private:
    std::string text_;
};

/// Debit-positive sum of a house account: its checkpoint and what came after.
int64_t house_balance(store::Session& db, int role, const std::string& owner, const std::string& currency,
                      const std::string& mode);

}  // namespace turnpike::ledger
