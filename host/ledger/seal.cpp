#include "host/ledger/seal.hpp"

#include "host/base/crypto.hpp"
#include "host/base/encoding.hpp"

namespace turnpike::ledger {
namespace {

/// Rows a house account's sum may lie behind before the checkpoint moves.
constexpr int64_t kCheckpointRows = 20000;

int64_t last_of(store::Session& db, const char* sql) {
    auto rows = db.query(sql);
    return rows.next() ? rows.integer(0) : 0;
}

void move_checkpoints(store::Tx& tx, int64_t sealed_to) {
    const int64_t at = last_of(tx.db, "SELECT coalesce(max(up_to), 0) FROM checkpoints");
    if (sealed_to - at < kCheckpointRows) return;
    tx.db.run(
        "INSERT INTO checkpoints (role, owner, currency, mode, up_to, sum)"
        " SELECT e.role, e.owner, j.currency, j.mode, $2, sum(e.amount) FROM journal j JOIN entries e ON e.n BETWEEN j.n * 16 AND j.n * 16 + 15"
        " WHERE j.n > $1 AND j.n <= $2 AND e.customer IS NULL GROUP BY 1, 2, 3, 4"
        " ON CONFLICT (role, owner, currency, mode) DO UPDATE SET sum = checkpoints.sum + excluded.sum, up_to = excluded.up_to",
        at, sealed_to);
    // An account that did not move stands where it stood, and says so up to here.
    tx.db.run("UPDATE checkpoints SET up_to = $1 WHERE up_to < $1", sealed_to);
}

}  // namespace

std::string Head::text() const { return std::to_string(n) + ":" + to_hex(hash); }

ChainLink::ChainLink(std::string_view previous, int64_t n, int64_t journal_to, int64_t event_to) : text_(previous) {
    text_ += std::to_string(n) + "|" + std::to_string(journal_to) + "|" + std::to_string(event_to) + "|";
}

std::string ChainLink::digest() const { return sha256(text_); }

Head head(store::Session& db) {
    auto rows = db.query("SELECT n, journal_to, event_to, at, head FROM seals ORDER BY n DESC LIMIT 1");
    if (!rows.next()) return {};
    return {rows.integer(0), rows.integer(1), rows.integer(2), rows.integer(3), rows.text(4)};
}

bool seal(store::Tx& tx) {
    const Head before = head(tx.db);
    const int64_t journal_to = last_of(tx.db, "SELECT coalesce(max(n), 0) FROM journal");
    const int64_t event_to = last_of(tx.db, "SELECT coalesce(max(n), 0) FROM events");
    if (journal_to == before.journal_to && event_to == before.event_to) return false;
    ChainLink link(before.hash, before.n + 1, journal_to, event_to);
    auto rows = tx.db.query("SELECT hash FROM journal WHERE n > $1 AND n <= $2 ORDER BY n", before.journal_to, journal_to);
    while (rows.next()) link.row(rows.view(0));
    tx.db.run("INSERT INTO seals (n, journal_to, event_to, at, head) VALUES ($1, $2, $3, $4, $5)", before.n + 1, journal_to,
              event_to, tx.now_ms, store::Blob{link.digest()});
    move_checkpoints(tx, journal_to);
    return true;
}

int64_t house_balance(store::Session& db, int role, const std::string& owner, const std::string& currency,
                      const std::string& mode) {
    int64_t up_to = 0;
    int64_t sum = 0;
    {
        auto rows = db.query("SELECT up_to, sum FROM checkpoints WHERE role = $1 AND owner = $2 AND currency = $3 AND mode = $4",
                             role, owner, currency, mode);
        if (rows.next()) {
            up_to = rows.integer(0);
            sum = rows.integer(1);
        }
    }
    auto rows = db.query(
        "SELECT coalesce(sum(e.amount), 0) FROM journal j JOIN entries e ON e.n BETWEEN j.n * 16 AND j.n * 16 + 15"
        " WHERE j.n > $1 AND e.role = $2 AND e.owner = $3 AND j.currency = $4 AND j.mode = $5",
        up_to, role, owner, currency, mode);
    rows.next();
    return sum + rows.integer(0);
}

}  // namespace turnpike::ledger
