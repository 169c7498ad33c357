#include "host/identity/sessions.hpp"

#include <algorithm>

#include "host/base/crypto.hpp"
#include "host/base/encoding.hpp"

namespace turnpike::identity {
namespace {

Session session_of(const store::Rows& row) {
    Session out;
    out.hash = std::string(row.view(0));
    out.id = row.text(1);
    out.site = row.text(2);
    out.user = row.text(3);
    out.customer = row.text(4);
    out.status = row.text(5);
    out.challenge = row.text(6);
    out.remote_ip = row.text(7);
    out.user_agent = row.text(8);
    out.created_at = row.integer(9);
    out.seen_at = row.integer(10);
    out.expires_at = row.integer(11);
    return out;
}

std::optional<std::string> maybe_text(const std::string& text) { return text.empty() ? std::nullopt : std::optional<std::string>(text); }

}  // namespace

std::string Sessions::new_token() const {
    std::string bytes(32, '\0');
    random_.fill(bytes.data(), bytes.size());
    return to_base64url(bytes);
}

std::string Sessions::hash_of(const std::string& token) { return sha256(token); }

std::optional<Session> Sessions::find(const std::string& token, const std::string& site) {
    const std::string hash = hash_of(token);
    const int64_t now = store_.clock().now_ms();
    auto session = store_.read([&](store::Session& db) -> std::optional<Session> {
        auto rows = db.query("SELECT hash, id, site, user_id, customer, status, challenge, remote_ip, user_agent, created_at, seen_at, expires_at FROM sessions WHERE hash = $1",
                             store::Blob{hash});
        return rows.next() ? std::optional(session_of(rows)) : std::nullopt;
    });
    if (!session || session->site != site) return std::nullopt;
    std::lock_guard lock(mutex_);
    const auto seen = seen_ms_.find(hash);
    if (seen != seen_ms_.end()) session->seen_at = std::max(session->seen_at, seen->second);
    if (now >= session->expires_at || now - session->seen_at >= kSessionIdleMs) return std::nullopt;
    seen_ms_[hash] = now;
    return session;
}

std::string Sessions::csrf_token(const Session& session) const {
    return to_base64url(hmac_sha256(keyring_.derive("csrf"), session.hash)).substr(0, 22);
}

void Sessions::flush() {
    std::map<std::string, int64_t> seen;
    {
        std::lock_guard lock(mutex_);
        seen.swap(seen_ms_);
    }
    if (seen.empty()) return;
    store_.committer().submit([seen](store::Tx& tx) {
        for (const auto& [hash, at] : seen) tx.db.run("UPDATE sessions SET seen_at = $2 WHERE hash = $1", store::Blob{hash}, at);
    }, nullptr);
}

void insert_session(store::Tx& tx, const Session& s) {
    tx.db.run("INSERT INTO sessions (hash, id, site, user_id, customer, status, remote_ip, user_agent, created_at, seen_at, expires_at)"
              " VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $9, $10)", store::Blob{s.hash}, s.id, s.site, maybe_text(s.user), maybe_text(s.customer), s.status, s.remote_ip,
              s.user_agent, tx.now_ms, tx.now_ms + kSessionMostMs);
}

std::optional<Session> load_session(store::Session& db, const std::string& id) {
    auto rows = db.query("SELECT hash, id, site, user_id, customer, status, challenge, remote_ip, user_agent, created_at, seen_at, expires_at FROM sessions WHERE id = $1", id);
    return rows.next() ? std::optional(session_of(rows)) : std::nullopt;
}

std::vector<Session> list_sessions(store::Session& db, int64_t now_ms) {
    std::vector<Session> out;
    auto rows = db.query("SELECT hash, id, site, user_id, customer, status, challenge, remote_ip, user_agent, created_at, seen_at, expires_at FROM sessions"
                         " WHERE expires_at > $1 AND seen_at > $2 ORDER BY created_at DESC LIMIT 1000", now_ms, now_ms - kSessionIdleMs);
    while (rows.next()) out.push_back(session_of(rows));
    return out;
}

void move_session(store::Tx& tx, const std::string& id, const std::string& new_hash, const std::string& status) {
    tx.db.run("UPDATE sessions SET hash = $2, status = $3, challenge = NULL, seen_at = $4 WHERE id = $1", id, store::Blob{new_hash}, status, tx.now_ms);
}

void set_challenge(store::Tx& tx, const std::string& id, const std::string& challenge) {
    tx.db.run("UPDATE sessions SET challenge = $2 WHERE id = $1", id, maybe_text(challenge));
}

bool end_session(store::Tx& tx, const std::string& id) { return tx.db.run("DELETE FROM sessions WHERE id = $1", id) != 0; }

void end_sessions_of(store::Tx& tx, const std::string& user, const std::string& but_id) {
    tx.db.run("DELETE FROM sessions WHERE user_id = $1 AND id <> $2", user, but_id);
}

void purge_sessions(store::Tx& tx) { tx.db.run("DELETE FROM sessions WHERE expires_at < $1 OR seen_at < $2", tx.now_ms, tx.now_ms - kSessionMostMs); }

}  // namespace turnpike::identity
