#pragma once

#include <optional>
#include <string>

#include "host/payments/integration.hpp"
#include "host/store/committer.hpp"

namespace turnpike::payments {

/// What became of a message; see the inbox table.
struct InboxVerdict {
    std::string verdict;  ///< accepted, parked, ignored, waiting, refused, poisoned
    std::string reason;
    std::string event_id, event_type;
    std::optional<int64_t> payment;
};

enum class Kept { whole, head };  ///< of a refused message the first 4 KiB and a hash

/// The number the next row will have, within this unit.
int64_t next_inbox(store::Session& db);
int64_t insert_inbox(store::Tx& tx, const Integration& integration, const plugins::Inbound& message, const InboxVerdict& verdict, Kept kept);
void update_inbox(store::Tx& tx, int64_t n, const InboxVerdict& verdict);
/// The message as it came, and its integration.
struct StoredMessage {
    std::string integration;
    plugins::Inbound message;
    int64_t attempts = 0;
};
std::optional<StoredMessage> load_inbox(store::Session& db, int64_t n);

}  // namespace turnpike::payments
