#include "host/base/clock.hpp"
#include "host/json/read.hpp"
#include "host/json/write.hpp"
#include "host/twofactor/challenge.hpp"

namespace turnpike::twofactor {
namespace {

constexpr int64_t kKeepMs = 30LL * 86'400'000;

json::Value value_of(std::string_view text) { return text.empty() ? json::Value() : json::read(text).value_or(json::Value()); }

Challenge challenge_of(const store::Rows& row) {
    Challenge out;
    out.seq = row.integer(0);
    out.id = row.text(1);
    out.integration = row.text(2);
    out.mode = row.text(3);
    out.site = row.text(4);
    out.owner = row.text(5);
    out.username = row.text(6);
    out.asked_by = row.text(7);
    out.factor = row.text(8);
    out.device = row.text(9);
    out.status = row.text(10);
    out.reason = row.text(11);
    out.detail = row.text(12);
    out.verification_code = row.text(13);
    out.next_action = value_of(row.view(14));
    out.provider_state = value_of(row.view(15));
    out.tries = static_cast<int>(row.integer(16));
    out.created_at = row.integer(17);
    out.expires_at = row.integer(18);
    out.decided_at = row.maybe_integer(19);
    out.consumed_at = row.maybe_integer(20);
    out.next_poll_at = row.maybe_integer(21);
    return out;
}

}  // namespace

std::optional<Challenge> load_challenge(store::Session& db, const std::string& id) {
    auto rows = db.query("SELECT seq, id, integration, mode, site, owner, username, asked_by, factor, device, status, reason, detail, verification_code, next_action,"
                         " provider_state, tries, created_at, expires_at, decided_at, consumed_at, next_poll_at FROM challenges WHERE id = $1", id);
    return rows.next() ? std::optional(challenge_of(rows)) : std::nullopt;
}

std::vector<Challenge> due_challenges(store::Session& db, int64_t now_ms, int limit) {
    std::vector<Challenge> out;
    auto rows = db.query("SELECT seq, id, integration, mode, site, owner, username, asked_by, factor, device, status, reason, detail, verification_code, next_action,"
                         " provider_state, tries, created_at, expires_at, decided_at, consumed_at, next_poll_at FROM challenges"
                         " WHERE next_poll_at IS NOT NULL AND next_poll_at <= $1 ORDER BY next_poll_at LIMIT $2", now_ms, limit);
    while (rows.next()) out.push_back(challenge_of(rows));
    return out;
}

void insert_challenge(store::Tx& tx, const Challenge& c) {
    tx.db.run("INSERT INTO challenges (id, integration, mode, site, owner, username, asked_by, factor, device, status, reason, detail, verification_code, next_action,"
              " provider_state, tries, created_at, expires_at, decided_at, next_poll_at)"
              " VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20)",
              c.id, c.integration, c.mode, c.site, c.owner, c.username, c.asked_by, c.factor, c.device, c.status, c.reason, c.detail, c.verification_code,
              json::write(c.next_action), json::write(c.provider_state), int64_t{c.tries}, c.created_at, c.expires_at, c.decided_at, c.next_poll_at);
}

void update_challenge(store::Tx& tx, const Challenge& c) {
    tx.db.run("UPDATE challenges SET factor = $2, device = $3, status = $4, reason = $5, detail = $6, verification_code = $7, next_action = $8, provider_state = $9,"
              " tries = $10, expires_at = $11, decided_at = $12, consumed_at = $13, next_poll_at = $14 WHERE id = $1",
              c.id, c.factor, c.device, c.status, c.reason, c.detail, c.verification_code, json::write(c.next_action), json::write(c.provider_state), int64_t{c.tries},
              c.expires_at, c.decided_at, c.consumed_at, c.next_poll_at);
}

Pushes pushes_since(store::Session& db, const std::string& owner, int64_t since_ms) {
    auto rows = db.query("SELECT count(*), coalesce(min(created_at), 0) FROM challenges WHERE owner = $1 AND created_at > $2 AND factor IN ('auto', 'push', 'phone')"
                         " AND reason NOT IN ('bypass', 'fail_open')",
                         owner, since_ms);
    return rows.next() ? Pushes{rows.integer(0), rows.integer(1)} : Pushes{};
}

void purge_challenges(store::Tx& tx) {
    tx.db.run("DELETE FROM challenges WHERE created_at < $1", tx.now_ms - kKeepMs);
    tx.db.run("DELETE FROM used_codes WHERE at < $1", tx.now_ms - kKeepMs);
}

json::Value challenge_json(const Challenge& c) {
    auto text = [](const std::string& t) { return t.empty() ? json::Value() : json::Value(t); };
    json::Value out = json::Value::object({{"id", c.id}, {"integration", c.integration}, {"mode", c.mode}, {"username", c.username}, {"site", text(c.site)},
                                           {"status", c.status}, {"reason", text(c.reason)}, {"detail", text(c.detail)}, {"factor", c.factor}, {"device", text(c.device)}});
    out.set("verification_code", c.waits() ? text(c.verification_code) : json::Value());
    out.set("next_action", c.waits() || c.status == "requires_enrollment" ? c.next_action : json::Value());
    out.set("tries", int64_t{c.tries}).set("consumed", c.consumed_at.has_value());
    return out.set("created_at", rfc3339(c.created_at).text).set("expires_at", rfc3339(c.expires_at).text);
}

}  // namespace turnpike::twofactor
