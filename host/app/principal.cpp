#include "host/app/principal.hpp"

#include <algorithm>

#include "host/base/crypto.hpp"
#include "host/json/read.hpp"

namespace turnpike::app {
namespace {

std::vector<std::string> list_of(std::string_view text) {
    std::vector<std::string> out;
    const auto value = json::read(text);
    if (value)
        for (const json::Value& item : value->items()) out.emplace_back(item.string().value_or(""));
    return out;
}

bool holds(const std::vector<std::string>& list, const std::string& item) { return std::find(list.begin(), list.end(), item) != list.end(); }

}  // namespace

bool Principal::may(const std::string& scope) const { return holds(scopes, "*") || holds(scopes, scope); }
bool Principal::may_read(const std::string& scope) const { return may(scope) || holds(reads, scope); }
bool Principal::in_mode(const std::string& mode) const { return holds(modes, mode); }

const std::vector<std::string>& known_scopes() {
    static const std::vector<std::string> scopes = {"customers", "ledger", "payments", "refunds", "operations", "integrations", "events", "admin",
                                                    "audit", "adjustments", "second_factor", "accounting", "numbers", "scripts"};
    return scopes;
}

void Tokens::set_file_tokens(const std::vector<config::ApiToken>& tokens) {
    std::lock_guard lock(mutex_);
    file_.clear();
    for (const config::ApiToken& t : tokens) {
        Principal p;
        p.name = t.name;
        p.scopes = t.scopes;
        for (const config::Mode mode : t.modes) p.modes.emplace_back(config::to_text(mode));
        file_[sha256(t.token)] = std::move(p);
    }
}

void Tokens::add_development_token(const std::string& token) {
    std::lock_guard lock(mutex_);
    Principal p;
    p.name = "development";
    p.scopes = {"*"};
    p.modes = {"test", "live"};
    file_[sha256(token)] = std::move(p);
}

void Tokens::reload() {
    std::map<std::string, Principal> fresh;
    store_.read([&](store::Session& db) {
        auto rows = db.query("SELECT hash, name, scopes, modes, expires_at FROM tokens WHERE revoked_at IS NULL");
        while (rows.next()) {
            Principal p;
            p.name = rows.text(1);
            p.scopes = list_of(rows.view(2));
            p.modes = list_of(rows.view(3));
            p.expires_at_ms = rows.maybe_integer(4).value_or(0);
            fresh[rows.text(0)] = std::move(p);
        }
        return 0;
    });
    std::lock_guard lock(mutex_);
    stored_ = std::move(fresh);
}

void Tokens::flush_last_use() {
    std::map<std::string, int64_t> used;
    {
        std::lock_guard lock(mutex_);
        used.swap(used_at_ms_);
    }
    if (used.empty()) return;
    store_.committer().submit([used](store::Tx& tx) {
        for (const auto& [name, at] : used) tx.db.run("UPDATE tokens SET last_used_at = $2 WHERE name = $1", name, at);
    }, nullptr);
}

Result<Principal> Tokens::authorize(const http::Request& request, const std::string& scope) const {
    const std::string* header = request.header("Authorization");
    if (!header || header->rfind("Bearer ", 0) != 0) return failure(401, "unauthorized", "Send Authorization: Bearer TOKEN.");
    // The hash of a random token is looked up, not the token: a lookup's time says nothing about any token.
    const std::string hash = sha256(header->substr(7));
    std::lock_guard lock(mutex_);
    for (const auto* tokens : {&file_, &stored_}) {
        const auto found = tokens->find(hash);
        if (found == tokens->end()) continue;
        const Principal& p = found->second;
        if (p.expires_at_ms && p.expires_at_ms < store_.clock().now_ms()) return failure(401, "token_expired", "This token has expired.");
        if (!scope.empty() && !p.may(scope)) return failure(403, "forbidden", "This token lacks the scope " + scope + ".");
        if (tokens == &stored_) used_at_ms_[p.name] = store_.clock().now_ms();
        return p;
    }
    return failure(401, "unauthorized", "This token is unknown.");
}

}  // namespace turnpike::app
