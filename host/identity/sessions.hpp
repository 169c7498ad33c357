#pragma once

#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "host/base/random.hpp"
#include "host/config/keyring.hpp"
#include "host/store/store.hpp"

namespace turnpike::identity {

constexpr int64_t kSessionIdleMs = 30 * 60'000;
constexpr int64_t kSessionMostMs = 12 * 3600'000;

/// One browser that is, or is about to be, signed in.
struct Session {
    std::string hash;      ///< of its cookie's token
    std::string id;
    std::string site;      ///< panel or portal
    std::string user;      ///< empty when a signed link opened it
    std::string customer;  ///< of the portal
    std::string status;    ///< active, password_change_required, second_factor_required, enrollment_required
    std::string challenge;
    std::string remote_ip, user_agent;
    int64_t created_at = 0, seen_at = 0, expires_at = 0;
    bool active() const { return status == "active"; }
    /// Who holds its second factor.
    std::string owner() const { return user.empty() ? "customer/" + customer : user; }
};

/// Browser sessions: opaque tokens, of which the store has only hashes.  Any thread.
class Sessions {
  public:
    Sessions(store::Store& store, const config::Keyring& keyring, Random& random) : store_(store), keyring_(keyring), random_(random) {}

    std::string new_token() const;
    static std::string hash_of(const std::string& token);
    /// The session of a cookie, unless it is over; counts as a use.
    std::optional<Session> find(const std::string& token, const std::string& site);
    /// What an unsafe request must carry beside the cookie; another one for each token.
    std::string csrf_token(const Session& session) const;
    /// Writes down when each session was last used.
    void flush();

  private:
    store::Store& store_;
    const config::Keyring& keyring_;
    Random& random_;
    std::mutex mutex_;
    std::map<std::string, int64_t> seen_ms_;  ///< by hash, since the last flush
};

void insert_session(store::Tx& tx, const Session& session);
std::optional<Session> load_session(store::Session& db, const std::string& id);
std::vector<Session> list_sessions(store::Session& db, int64_t now_ms);
/// The same session under another token: signing in and a passed second factor leave no old token behind.
void move_session(store::Tx& tx, const std::string& id, const std::string& new_hash, const std::string& status);
void set_challenge(store::Tx& tx, const std::string& id, const std::string& challenge);
bool end_session(store::Tx& tx, const std::string& id);
void end_sessions_of(store::Tx& tx, const std::string& user, const std::string& but_id);
void purge_sessions(store::Tx& tx);

}  // namespace turnpike::identity
