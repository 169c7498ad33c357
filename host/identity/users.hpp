#pragma once

#include <optional>
#include <string>
#include <vector>

#include "host/base/ids.hpp"
#include "host/store/committer.hpp"

namespace turnpike::identity {

/// Somebody who signs in: to the panel with a role, or to the portal as a customer.
struct User {
    std::string id;
    std::string username;  ///< case-folded
    std::string role;      ///< empty for users of the portal
    std::string customer;  ///< empty for users of the panel
    std::string password;  ///< its hash
    bool must_change = false;
    bool disabled = false;
    int64_t created_at = 0;
    std::optional<int64_t> last_sign_in_at;
    std::string site() const { return customer.empty() ? "panel" : "portal"; }
};

/// What names one user however it is typed: ASCII letters small, no space around.
std::string fold_username(std::string_view text);
/// Why a name cannot be one; empty when it can.
std::string username_fault(std::string_view folded);

std::optional<User> find_user(store::Session& db, const std::string& username);
std::optional<User> load_user(store::Session& db, const std::string& id);
std::vector<User> list_users(store::Session& db);
int64_t count_users(store::Session& db);
/// False when the name is taken.
bool insert_user(store::Tx& tx, const User& user);
void update_user(store::Tx& tx, const User& user);
/// Its sessions, second factor and recovery codes go too.
void delete_user(store::Tx& tx, const std::string& id);
/// Whether somebody else could still let people in.
bool is_last_owner(store::Session& db, const std::string& id);

}  // namespace turnpike::identity
