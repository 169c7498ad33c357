#include "host/payments/idempotency.hpp"

#include "host/json/read.hpp"
#include "host/json/write.hpp"

namespace turnpike::payments {
namespace {

constexpr int64_t kRememberedMs = 72LL * 3600 * 1000;

}  // namespace

Result<Claim> claim(store::Tx& tx, const IdempotencyKey& key, const json::Value& object) {
    if (!key.given()) return Claim{};
    {
        auto rows = tx.db.query("SELECT fingerprint, status, object, at FROM idempotency WHERE token = $1 AND mode = $2 AND route = $3 AND key = $4",
                                key.token, key.mode, key.route, key.key);
        if (rows.next() && rows.integer(3) > tx.now_ms - kRememberedMs) {
            if (rows.view(0) != key.fingerprint) return failure(422, "idempotency_mismatch", "This Idempotency-Key was used for another request.");
            auto kept = json::read(rows.view(2));
            return Claim{false, static_cast<int>(rows.integer(1)), kept ? *kept : json::Value()};
        }
    }
    tx.db.run("INSERT INTO idempotency (token, mode, route, key, fingerprint, status, object, at) VALUES ($1, $2, $3, $4, $5, 0, $6, $7)"
              " ON CONFLICT (token, mode, route, key) DO UPDATE SET fingerprint = excluded.fingerprint, status = 0, object = excluded.object, at = excluded.at",
              key.token, key.mode, key.route, key.key, store::Blob{key.fingerprint}, json::write(object), tx.now_ms);
    return Claim{};
}

void answer_claim(store::Tx& tx, const IdempotencyKey& key, int status, const json::Value& object) {
    if (!key.given()) return;
    tx.db.run("UPDATE idempotency SET status = $5, object = $6 WHERE token = $1 AND mode = $2 AND route = $3 AND key = $4", key.token,
              key.mode, key.route, key.key, status, json::write(object));
}

void release_claim(store::Tx& tx, const IdempotencyKey& key) {
    tx.db.run("DELETE FROM idempotency WHERE token = $1 AND mode = $2 AND route = $3 AND key = $4", key.token, key.mode, key.route, key.key);
}

void forget_old_keys(store::Tx& tx) { tx.db.run("DELETE FROM idempotency WHERE at < $1", tx.now_ms - kRememberedMs); }

}  // namespace turnpike::payments
