#include "host/payments/scopes.hpp"

#include <vector>

namespace turnpike::payments {
namespace {

std::string scope_named(store::Tx& tx, const Source& source, const std::string& name) {
    auto rows = tx.db.query("SELECT scope FROM account_scopes WHERE id_space = $1 AND mode = $2 AND name = $3",
                            source.manifest->id_space, source.mode(), name);
    return rows.next() ? rows.text(0) : std::string();
}

void name_scope(store::Tx& tx, const Source& source, const std::string& name, const std::string& scope) {
    tx.db.run("INSERT INTO account_scopes (id_space, mode, name, scope) VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING",
              source.manifest->id_space, source.mode(), name, scope);
}

/// The integration's own scope, made when this is the first time it is needed.
std::string own_scope(store::Tx& tx, const Source& source, const std::string& hint) {
    std::vector<std::string> names;
    // The key's hash first: what was once kept under it stays there when Test learns the account's real name.
    for (const std::string* name : {&source.key_hash, &source.account})
        if (!name->empty()) names.push_back(*name);
    std::string scope;
    std::vector<std::string> unnamed;
    for (const std::string& name : names) {
        const std::string found = scope_named(tx, source, name);
        if (found.empty()) unnamed.push_back(name);
        else if (scope.empty()) scope = found;
    }
    if (scope.empty() && source.account.empty() && !hint.empty()) scope = scope_named(tx, source, hint);
    if (scope.empty()) scope = !source.account.empty() ? source.account : names.empty() ? source.def.id : names.front();
    for (const std::string& name : unnamed) name_scope(tx, source, name, scope);
    return scope;
}

}  // namespace

Scope scope_of(store::Tx& tx, const Source& source, const std::string& in_payload) {
    const std::string own = own_scope(tx, source, in_payload);
    if (in_payload.empty() || in_payload == source.account) return {own, false};
    const std::string named = scope_named(tx, source, in_payload);
    if (named == own) return {own, false};
    // A payload may teach us the account, but not contradict what Test learned or another scope already has.
    const bool contradicts = !named.empty() || !source.account.empty();
    const std::string scope = !named.empty() ? named : contradicts ? in_payload : own;
    if (named.empty()) name_scope(tx, source, in_payload, scope);
    return {scope, contradicts};
}

}  // namespace turnpike::payments
