#include "host/outgoing/endpoint.hpp"

#include <algorithm>

#include "host/base/clock.hpp"
#include "host/json/read.hpp"
#include "host/json/write.hpp"

namespace turnpike::outgoing {
namespace {

using json::Value;

std::vector<std::string> texts_of(std::string_view list) {
    std::vector<std::string> out;
    const auto value = json::read(list);
    for (const Value& one : value && value->is_array() ? value->items() : json::Array{})
        if (const auto text = one.string()) out.emplace_back(*text);
    return out;
}

Value list_of(const std::vector<std::string>& texts) {
    Value out = Value::array();
    for (const std::string& text : texts) out.push(text);
    return out;
}

Endpoint read_row(store::Rows& rows) {
    Endpoint e;
    e.seq = rows.integer(0);
    e.id = rows.text(1);
    e.url = rows.text(2);
    e.mode = rows.text(3);
    e.types = texts_of(rows.view(4));
    e.description = rows.text(5);
    e.secret = rows.text(6);
    e.old_secret = rows.text(7);
    e.old_secret_until = rows.maybe_integer(8);
    e.enabled = rows.integer(9) != 0;
    e.disabled_reason = rows.text(10);
    e.failing_since = rows.maybe_integer(11);
    e.cursor = rows.integer(12);
    e.created_at = rows.integer(13);
    return e;
}

Value time_or_null(std::optional<int64_t> at) { return at ? Value(rfc3339(*at).text) : Value(); }

}  // namespace

bool Endpoint::wants(std::string_view type) const {
    return types.empty() || std::any_of(types.begin(), types.end(), [&](const std::string& one) {
               const bool family = one.size() > 2 && one.compare(one.size() - 2, 2, ".*") == 0;
               return family ? type.substr(0, one.size() - 1) == std::string_view(one).substr(0, one.size() - 1) : type == one;
           });
}

std::vector<Endpoint> load_endpoints(store::Session& db) {
    std::vector<Endpoint> out;
    auto rows = db.query("SELECT seq, id, url, mode, types, description, secret, coalesce(old_secret, ''), old_secret_until, enabled, disabled_reason, failing_since, cursor, created_at"
                         " FROM webhook_endpoints ORDER BY seq");
    while (rows.next()) out.push_back(read_row(rows));
    return out;
}

std::optional<Endpoint> load_endpoint(store::Session& db, std::string_view id) {
    auto rows = db.query("SELECT seq, id, url, mode, types, description, secret, coalesce(old_secret, ''), old_secret_until, enabled, disabled_reason, failing_since, cursor, created_at"
                         " FROM webhook_endpoints WHERE id = $1", id);
    if (!rows.next()) return std::nullopt;
    return read_row(rows);
}

void save_endpoint(store::Tx& tx, Endpoint& e) {
    const std::string types = json::write(list_of(e.types));
    const std::optional<std::string> old_secret = e.old_secret.empty() ? std::nullopt : std::optional(e.old_secret);
    const int64_t enabled = e.enabled ? 1 : 0;
    if (e.seq != 0) {
        tx.db.run("UPDATE webhook_endpoints SET url = $2, types = $3, description = $4, secret = $5, old_secret = $6, old_secret_until = $7, enabled = $8, disabled_reason = $9,"
                  " failing_since = $10, cursor = $11, updated_at = $12 WHERE seq = $1",
                  e.seq, e.url, types, e.description, e.secret, old_secret, e.old_secret_until, enabled, e.disabled_reason, e.failing_since, e.cursor, tx.now_ms);
        return;
    }
    e.created_at = tx.now_ms;
    tx.db.run("INSERT INTO webhook_endpoints (id, url, mode, types, description, secret, old_secret, old_secret_until, enabled, disabled_reason, failing_since, cursor, created_at, updated_at)"
              " VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $13)",
              e.id, e.url, e.mode, types, e.description, e.secret, old_secret, e.old_secret_until, enabled, e.disabled_reason, e.failing_since, e.cursor, tx.now_ms);
    e.seq = tx.db.last_row();
}

void remove_endpoint(store::Tx& tx, const Endpoint& e) {
    tx.db.run("DELETE FROM webhook_attempts WHERE delivery IN (SELECT n FROM webhook_deliveries WHERE endpoint = $1)", e.seq);
    tx.db.run("DELETE FROM webhook_deliveries WHERE endpoint = $1", e.seq);
    tx.db.run("DELETE FROM webhook_endpoints WHERE seq = $1", e.seq);
}

std::vector<std::string> live_secrets(const Endpoint& e, const config::Keyring& keyring, int64_t now_ms) {
    std::vector<std::string> out;
    if (auto now = keyring.open(e.id, kSecretField, e.secret)) out.push_back(std::move(*now));
    if (e.old_secret.empty() || e.old_secret_until.value_or(0) <= now_ms) return out;
    if (auto before = keyring.open(e.id, kSecretField, e.old_secret)) out.push_back(std::move(*before));
    return out;
}

Value endpoint_json(store::Session& db, const Endpoint& e) {
    auto counts = db.query("SELECT count(*) FILTER (WHERE status = 'pending'), count(*) FILTER (WHERE status = 'given_up') FROM webhook_deliveries WHERE endpoint = $1", e.seq);
    counts.next();
    return Value::object({{"id", e.id}, {"url", e.url}, {"mode", e.mode}, {"types", list_of(e.types)}, {"description", e.description}, {"enabled", e.enabled},
                          {"disabled_reason", e.disabled_reason.empty() ? Value() : Value(e.disabled_reason)}, {"failing_since", time_or_null(e.failing_since)},
                          {"pending", counts.integer(0)}, {"given_up", counts.integer(1)}, {"old_secret_until", time_or_null(e.old_secret_until)}, {"created_at", rfc3339(e.created_at).text}});
}

}  // namespace turnpike::outgoing
