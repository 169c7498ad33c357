#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "host/json/value.hpp"
#include "host/store/committer.hpp"

namespace turnpike::twofactor {

/// The name under which the factor that needs no vendor is asked for.
inline constexpr const char* kOwnFactor = "totp";

/// One time somebody is asked for a second factor.
struct Challenge {
    int64_t seq = 0;
    std::string id;
    std::string integration;  ///< or kOwnFactor
    std::string mode;
    std::string site;
    std::string owner;        ///< whose codes and tries count together
    std::string username;     ///< as the provider knows the person
    std::string asked_by;
    std::string factor = "auto";
    std::string device;
    std::string status = "waiting";  ///< waiting, requires_enrollment, allowed, denied, expired, error
    std::string reason;
    std::string detail;              ///< for the operator: what the provider said
    std::string verification_code;   ///< what the person types into the phone
    json::Value next_action;
    json::Value provider_state;      ///< what the plugin needs to go on
    int tries = 0;
    int64_t created_at = 0, expires_at = 0;
    std::optional<int64_t> decided_at, consumed_at, next_poll_at;
    bool waits() const { return status == "waiting"; }
};

std::optional<Challenge> load_challenge(store::Session& db, const std::string& id);
/// Those whose poll or end is due.
std::vector<Challenge> due_challenges(store::Session& db, int64_t now_ms, int limit);
void insert_challenge(store::Tx& tx, const Challenge& challenge);
/// Writes what changes: factor, status, reason, state, tries, times.
void update_challenge(store::Tx& tx, const Challenge& challenge);
/// Challenges that made a phone ring or buzz since `since_ms`; the oldest one's time.
struct Pushes {
    int64_t count = 0;
    int64_t oldest_ms = 0;
};
Pushes pushes_since(store::Session& db, const std::string& owner, int64_t since_ms);
void purge_challenges(store::Tx& tx);

/// As the API shows it.
json::Value challenge_json(const Challenge& challenge);

}  // namespace turnpike::twofactor
