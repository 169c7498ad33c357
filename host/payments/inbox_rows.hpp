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

/// What of a message goes into its row.  Put together before the unit: the committer's thread is everybody's.
struct InboxMessage {
    std::string remote_ip;
    std::string head;  ///< JSON: method, path, query, headers
    std::string body;
    int64_t body_bytes = 0;
    std::optional<std::string> sha256;
};
InboxMessage inbox_message(plugins::Inbound message, Kept kept);

/// The number the next row will have, within this unit.
int64_t next_inbox(store::Session& db);
int64_t insert_inbox(store::Tx& tx, const Integration& integration, const InboxMessage& message, const InboxVerdict& verdict);
void update_inbox(store::Tx& tx, int64_t n, const InboxVerdict& verdict);
/// The message as it came, and its integration.
struct StoredMessage {
    std::string integration;
    plugins::Inbound message;
    int64_t attempts = 0;
};
std::optional<StoredMessage> load_inbox(store::Session& db, int64_t n);

}  // namespace turnpike::payments
