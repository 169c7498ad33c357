#pragma once

#include <optional>
#include <string>
#include <vector>

#include "host/config/keyring.hpp"
#include "host/json/value.hpp"
#include "host/store/committer.hpp"

namespace turnpike::outgoing {

/// Where events are sent: an address, a mode, the types it asked for, and its secrets.
struct Endpoint {
    int64_t seq = 0;
    std::string id, url, mode, description, disabled_reason;
    std::vector<std::string> types;  ///< exact, or a family such as "payment.*"; empty = all
    std::string secret, old_secret;  ///< sealed
    std::optional<int64_t> old_secret_until, failing_since;
    bool enabled = true;
    int64_t cursor = 0;
    int64_t created_at = 0;

    bool wants(std::string_view type) const;
};

std::vector<Endpoint> load_endpoints(store::Session& db);
std::optional<Endpoint> load_endpoint(store::Session& db, std::string_view id);
/// Writes a new row (seq 0) or the changed one.
void save_endpoint(store::Tx& tx, Endpoint& endpoint);
/// With its deliveries and their attempts.
void remove_endpoint(store::Tx& tx, const Endpoint& endpoint);

/// Its secrets that are live at `now_ms`, opened, the newest first.
std::vector<std::string> live_secrets(const Endpoint& endpoint, const config::Keyring& keyring, int64_t now_ms);
/// As the API shows it; secrets never.
json::Value endpoint_json(store::Session& db, const Endpoint& endpoint);

/// Where a secret is sealed for: it opens nowhere else.
inline constexpr const char* kSecretField = "webhook_endpoint.secret";

}  // namespace turnpike::outgoing
