#include "host/identity/lockout.hpp"

namespace turnpike::identity {

int locked_for_s(store::Session& db, const std::string& owner, int64_t now_ms, LockoutRule rule) {
    // The try that filled the window is the rule's n-th newest: until it leaves, the owner is locked out.
    auto rows = db.query("SELECT at FROM wrong_codes WHERE owner = $1 AND at > $2 ORDER BY at DESC LIMIT 1 OFFSET $3", owner, now_ms - rule.window_ms,
                         static_cast<int64_t>(rule.tries - 1));
    if (!rows.next()) return 0;
    return static_cast<int>((rows.integer(0) + rule.window_ms - now_ms + 999) / 1000);
}

void count_wrong(store::Tx& tx, const std::string& owner) { tx.db.run("INSERT INTO wrong_codes (owner, at) VALUES ($1, $2)", owner, tx.now_ms); }

void forgive(store::Tx& tx, const std::string& owner) { tx.db.run("DELETE FROM wrong_codes WHERE owner = $1", owner); }

void purge_wrong(store::Tx& tx) { tx.db.run("DELETE FROM wrong_codes WHERE at < $1", tx.now_ms - 86'400'000); }

}  // namespace turnpike::identity
