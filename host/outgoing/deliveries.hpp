#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "host/outgoing/endpoint.hpp"

namespace turnpike::outgoing {

/// One event on its way to one endpoint.
struct Due {
    int64_t n = 0;
    int attempts = 0;
    std::string event_id;
    std::string body;  ///< {id, type, at, sequence, mode, data}
};

/// What came of one attempt.
struct Attempt {
    int status = 0;           ///< 0 = no answer
    std::string error;        ///< why there is none
    std::string answer;       ///< the beginning of an answer that was no 2xx
    int64_t duration_ms = 0;
    int64_t retry_after_s = 0;
    bool delivered() const { return status >= 200 && status < 300; }
};

/// Gives every sealed event after the endpoint's cursor that it wants its delivery, and moves the cursor, in one
/// transaction: each event once.  Whether there is more.
bool fan_out(store::Tx& tx, Endpoint& endpoint);

/// The endpoint's deliveries whose time has come, oldest first.
std::vector<Due> due_deliveries(store::Session& db, const Endpoint& endpoint, int64_t now_ms, int limit);

/// Writes the attempt; `next_ms` is the pause until the next, nullopt gives the delivery up.
void record_attempt(store::Tx& tx, int64_t delivery, const Attempt& attempt, std::optional<int64_t> next_ms);

/// Sends events once more, one by id or those of a range of sequences; how many.
int64_t resend(store::Tx& tx, const Endpoint& endpoint, const std::string& event_id, int64_t from, int64_t to);

/// A page of the delivery log, newest first, before row `before`: with each attempt.
json::Value delivery_log(store::Session& db, const Endpoint& endpoint, const std::string& status, int64_t before, int limit, int64_t& last);

/// Forgets finished deliveries that are older.
void purge_deliveries(store::Tx& tx, int64_t before_ms);

}  // namespace turnpike::outgoing
