#include "host/app/stored_kept_values.hpp"

#include <algorithm>

#include "host/json/write.hpp"

namespace turnpike::app {

StoredKeptValues::StoredKeptValues(store::Store& store, const config::Keyring& keyring, Random& random) : store_(store), keyring_(keyring), random_(random) {
    store.read([&](store::Session& db) {
        auto rows = db.query("SELECT integration, key, value, expires_at FROM kept");
        while (rows.next())
            if (auto plain = keyring.open(rows.text(0), "kept/" + rows.text(1), rows.view(2))) values_[rows.text(0)][rows.text(1)] = {*plain, rows.maybe_integer(3).value_or(0)};
        return 0;
    });
}

std::string StoredKeptValues::cache_json(const std::string& integration) {
    std::lock_guard lock(mutex_);
    const auto found = values_.find(integration);
    if (found == values_.end()) return "{}";
    json::Value out = json::Value::object();
    const int64_t now = store_.clock().now_ms();
    for (const auto& [key, value] : found->second)
        if (value.until_ms == 0 || value.until_ms > now) out.set(key, value.text);
    return json::write(out);
}

void StoredKeptValues::write(store::Tx& tx, const std::string& integration, const plugins::Keep& keep) {
    if (keep.value.empty()) {
        tx.db.run("DELETE FROM kept WHERE integration = $1 AND key = $2", integration, keep.key);
        return;
    }
    tx.db.run("INSERT INTO kept (integration, key, value, expires_at) VALUES ($1, $2, $3, $4) ON CONFLICT (integration, key) DO UPDATE SET value = excluded.value, expires_at = excluded.expires_at",
              integration, keep.key, keyring_.seal(integration, "kept/" + keep.key, keep.value, random_),
              keep.ttl_s ? std::optional<int64_t>(tx.now_ms + int64_t{keep.ttl_s} * 1000) : std::nullopt);
}

void StoredKeptValues::store(const std::string& integration, const std::vector<plugins::Keep>& keeps, std::function<void()> stored) {
    {
        std::lock_guard lock(mutex_);
        auto& values = values_[integration];
        for (const plugins::Keep& keep : keeps) {
            if (keep.value.empty()) values.erase(keep.key);
            else values[keep.key] = {keep.value, keep.ttl_s ? store_.clock().now_ms() + int64_t{keep.ttl_s} * 1000 : 0};
        }
    }
    const bool durable = std::any_of(keeps.begin(), keeps.end(), [](const plugins::Keep& k) { return k.durable; });
    if (!durable) return stored();
    store_.committer().submit([this, integration, keeps](store::Tx& tx) {
        for (const plugins::Keep& keep : keeps)
            if (keep.durable) write(tx, integration, keep);
    }, [stored](std::exception_ptr) { stored(); });
}

}  // namespace turnpike::app
