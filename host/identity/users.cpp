#include "host/identity/users.hpp"

#include <algorithm>

namespace turnpike::identity {
namespace {

User user_of(const store::Rows& row) {
    User out;
    out.id = row.text(0);
    out.username = row.text(1);
    out.role = row.text(2);
    out.customer = row.text(3);
    out.password = row.text(4);
    out.must_change = row.integer(5) != 0;
    out.created_at = row.integer(6);
    out.disabled = row.maybe_integer(7).has_value();
    out.last_sign_in_at = row.maybe_integer(8);
    return out;
}

std::optional<std::string> maybe(const std::string& text) { return text.empty() ? std::nullopt : std::optional<std::string>(text); }

}  // namespace

std::string fold_username(std::string_view text) {
    while (!text.empty() && text.front() == ' ') text.remove_prefix(1);
    while (!text.empty() && text.back() == ' ') text.remove_suffix(1);
    std::string out(text);
    std::transform(out.begin(), out.end(), out.begin(), [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; });
    return out;
}

std::string username_fault(std::string_view folded) {
    if (folded.empty() || folded.size() > 100) return "A username has 1 to 100 characters.";
    const bool plain = std::all_of(folded.begin(), folded.end(), [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '.' || c == '_' || c == '-' || c == '@' || c == '+';
    });
    return plain ? "" : "A username has letters, digits and . _ - @ + only.";
}

std::optional<User> find_user(store::Session& db, const std::string& username) {
    auto rows = db.query("SELECT id, username, role, customer, password, must_change, created_at, disabled_at, last_sign_in_at FROM users WHERE username = $1", username);
    return rows.next() ? std::optional(user_of(rows)) : std::nullopt;
}

std::optional<User> load_user(store::Session& db, const std::string& id) {
    auto rows = db.query("SELECT id, username, role, customer, password, must_change, created_at, disabled_at, last_sign_in_at FROM users WHERE id = $1", id);
    return rows.next() ? std::optional(user_of(rows)) : std::nullopt;
}

std::vector<User> list_users(store::Session& db) {
    std::vector<User> out;
    auto rows = db.query("SELECT id, username, role, customer, password, must_change, created_at, disabled_at, last_sign_in_at FROM users ORDER BY username");
    while (rows.next()) out.push_back(user_of(rows));
    return out;
}

int64_t count_users(store::Session& db) {
    auto rows = db.query("SELECT count(*) FROM users WHERE role IS NOT NULL");
    return rows.next() ? rows.integer(0) : 0;
}

bool insert_user(store::Tx& tx, const User& user) {
    return tx.db.run("INSERT INTO users (id, username, role, customer, password, must_change, created_at, updated_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $7)"
                     " ON CONFLICT DO NOTHING", user.id, user.username, maybe(user.role), maybe(user.customer), user.password, int64_t{user.must_change}, tx.now_ms) != 0;
}

void update_user(store::Tx& tx, const User& user) {
    tx.db.run("UPDATE users SET role = $2, password = $3, must_change = $4, updated_at = $5, last_sign_in_at = $6,"
              " disabled_at = CASE WHEN $7 = 0 THEN NULL ELSE coalesce(disabled_at, $5) END WHERE id = $1",
              user.id, maybe(user.role), user.password, int64_t{user.must_change}, tx.now_ms, user.last_sign_in_at, int64_t{user.disabled});
}

void delete_user(store::Tx& tx, const std::string& id) {
    tx.db.run("DELETE FROM sessions WHERE user_id = $1", id);
    tx.db.run("DELETE FROM totp WHERE owner = $1", id);
    tx.db.run("DELETE FROM recovery_codes WHERE owner = $1", id);
    tx.db.run("DELETE FROM users WHERE id = $1", id);
}

bool is_last_owner(store::Session& db, const std::string& id) {
    auto rows = db.query("SELECT count(*) FROM users WHERE role = 'owner' AND disabled_at IS NULL AND id <> $1", id);
    return rows.next() && rows.integer(0) == 0;
}

}  // namespace turnpike::identity
