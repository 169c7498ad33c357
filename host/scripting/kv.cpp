#include "host/scripting/kv.hpp"

#include "host/payments/unit.hpp"

namespace turnpike::scripting {
namespace {

using json::Value;

constexpr size_t kLongestKey = 256;
constexpr size_t kLongestValue = 64 << 10;
constexpr int64_t kMostKeys = 10'000;

int64_t integer_of(const Value& asked, const char* name, int64_t fallback) {
    const Value* found = asked.find(name);
    return found ? found->integer().value_or(fallback) : fallback;
}

std::optional<std::string> load(store::Session& db, const std::string& integration, const std::string& key, int64_t now_ms) {
    auto rows = db.query("SELECT value FROM script_kv WHERE integration = $1 AND key = $2 AND (expires_at IS NULL OR expires_at > $3)", integration, key, now_ms);
    return rows.next() ? std::optional(rows.text(0)) : std::nullopt;
}

void save(store::Tx& tx, const std::string& integration, const std::string& key, const std::string& value, int64_t ttl_s) {
    if (value.size() > kLongestValue) payments::refuse(413, "kv_value", "413 A value of cxKV has at most 64 KiB");
    if (!load(tx.db, integration, key, tx.now_ms)) {
        auto rows = tx.db.query("SELECT count(*) FROM script_kv WHERE integration = $1", integration);
        if (rows.next() && rows.integer(0) >= kMostKeys) payments::refuse(507, "kv_full", "507 cxKV holds 10000 keys already");
    }
    const std::optional<int64_t> until = ttl_s > 0 ? std::optional<int64_t>(tx.now_ms + ttl_s * 1000) : std::nullopt;
    tx.db.run("INSERT INTO script_kv (integration, key, value, expires_at) VALUES ($1, $2, $3, $4) ON CONFLICT (integration, key) DO UPDATE SET value = excluded.value, expires_at = excluded.expires_at", integration, key, value, until);
}

Value increment(store::Tx& tx, const std::string& integration, const std::string& key, const Value& asked) {
    const std::string old = load(tx.db, integration, key, tx.now_ms).value_or("0");
    const auto number = Value(json::Number{old}).integer();
    const Value* by = asked.find("by");
    if (!number || (by && !by->integer())) payments::refuse(422, "kv_number", "422 incr counts whole numbers");
    int64_t sum = 0;
    if (__builtin_add_overflow(*number, integer_of(asked, "by", 1), &sum)) payments::refuse(422, "kv_number", "422 incr counts whole numbers");
    save(tx, integration, key, std::to_string(sum), integer_of(asked, "ttl", 0));
    return sum;
}

Value list(store::Session& db, const std::string& integration, int64_t now_ms) {
    Value out = Value::array();
    auto rows = db.query("SELECT key FROM script_kv WHERE integration = $1 AND (expires_at IS NULL OR expires_at > $2) ORDER BY key", integration, now_ms);
    while (rows.next()) out.push(rows.text(0));
    return out;
}

Value usage(store::Session& db, const std::string& integration) {
    auto rows = db.query("SELECT count(*), coalesce(sum(length(key) + length(value)), 0) FROM script_kv WHERE integration = $1", integration);
    rows.next();
    return Value::object({{"keys", rows.integer(0)}, {"bytes", rows.integer(1)}, {"most_keys", kMostKeys}});
}

}  // namespace

void kv(store::Store& store, const std::string& integration, const Value& asked, ValueThen then) {
    const std::string act = asked.text("act"), key = asked.text("key");
    const int64_t now = store.clock().now_ms();
    if (key.size() > kLongestKey) return then(failure(413, "kv_key", "413 A key of cxKV has at most 256 bytes"));
    if (act == "get") return then(store.read([&](store::Session& db) { return Value(load(db, integration, key, now)); }));
    if (act == "keys") return then(store.read([&](store::Session& db) { return list(db, integration, now); }));
    if (act == "usage") return then(store.read([&](store::Session& db) { return usage(db, integration); }));
    payments::in_unit<Value>(store, [integration, key, act, asked](store::Tx& tx) -> Value {
        if (act == "incr") return increment(tx, integration, key, asked);
        save(tx, integration, key, asked.text("value"), integer_of(asked, "ttl", 0));
        return {};
    }, then);
}

void purge_kv(store::Tx& tx) { tx.db.run("DELETE FROM script_kv WHERE expires_at < $1", tx.now_ms); }

}  // namespace turnpike::scripting
