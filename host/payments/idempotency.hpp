#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "host/base/result.hpp"
#include "host/json/value.hpp"
#include "host/store/committer.hpp"

namespace turnpike::payments {

/// An Idempotency-Key with what it is scoped by and what it was used for (contracts.md 3).
struct IdempotencyKey {
    std::string token, mode, route, key;
    std::string fingerprint;  ///< SHA-256 of the request's content
    bool given() const { return !key.empty(); }
};

/// What a key leads to.
struct Claim {
    bool fresh = true;
    int status = 0;        ///< the first answer's status; 0 = not answered yet
    json::Value object;    ///< {"id":"pay_..."} or {"id":..., "problem":{...}}
};

/// Claims the key for `object` in the caller's transaction, or tells what it leads to.
/// Failure: 422 idempotency_mismatch.
Result<Claim> claim(store::Tx& tx, const IdempotencyKey& key, const json::Value& object);
/// Remembers the answer.
void answer_claim(store::Tx& tx, const IdempotencyKey& key, int status, const json::Value& object);
/// Frees the key: nothing came of its request.
void release_claim(store::Tx& tx, const IdempotencyKey& key);
/// Forgets keys older than 72 hours.
void forget_old_keys(store::Tx& tx);

}  // namespace turnpike::payments
