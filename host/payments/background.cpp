#include "host/payments/background.hpp"

#include "host/json/read.hpp"
#include "host/json/write.hpp"
#include "host/ledger/seal.hpp"
#include "host/payments/velocity.hpp"

namespace turnpike::payments {
namespace {

constexpr int kBatch = 64;
constexpr size_t kInWorkMax = 256;
constexpr int64_t kDayMs = 86400 * 1000LL;
constexpr int64_t kPurgeEveryMs = 3600 * 1000;
/// Lists are read with some overlap: a provider may date a movement before the moment it shows it.
constexpr int64_t kSweepOverlapMs = 2 * kDayMs;

template <class... Args>
std::vector<int64_t> due(store::Store& store, const char* sql, const Args&... args) {
    return store.read([&](store::Session& db) {
        std::vector<int64_t> out;
        auto rows = db.query(sql, args...);
        while (rows.next()) out.push_back(rows.integer(0));
        return out;
    });
}

}  // namespace

bool Background::claim(const std::string& what) {
    std::lock_guard lock(mutex_);
    return in_work_.size() < kInWorkMax && in_work_.insert(what).second;
}

void Background::done(const std::string& what) {
    std::lock_guard lock(mutex_);
    in_work_.erase(what);
}

void Background::tick() {
    const int64_t now = service_.deps().store.clock().now_ms();
    check_payments(now);
    check_refunds(now);
    work_inbox();
    sweep(now);
    purge(now);
}

void Background::seal() {
    if (sealing_.exchange(true)) return;
    service_.deps().store.committer().submit([](store::Tx& tx) { ledger::seal(tx); }, [this](std::exception_ptr) { sealing_ = false; });
}

void Background::check_payments(int64_t now) {
    for (const int64_t seq : due(service_.deps().store, "SELECT seq FROM payments WHERE next_check_at <= $1 ORDER BY next_check_at LIMIT $2", now, kBatch)) {
        const std::string name = "payment/" + std::to_string(seq);
        if (claim(name)) service_.check_payment(seq, [this, name] { done(name); });
    }
}

void Background::check_refunds(int64_t now) {
    for (const int64_t seq : due(service_.deps().store, "SELECT seq FROM refunds WHERE next_check_at <= $1 ORDER BY next_check_at LIMIT $2", now, kBatch)) {
        const std::string name = "refund/" + std::to_string(seq);
        if (claim(name)) service_.check_refund(seq, [this, name] { done(name); });
    }
}

void Background::work_inbox() {
    // A message that was just stored is worked on at once; here is what a stopped host left behind, and what its provider
    // could not be asked about: again 20 s after it came, 80 s, 5 min and so on, up to a day.
    const int64_t now = service_.deps().store.clock().now_ms();
    for (const int64_t n : due(service_.deps().store, "SELECT n FROM inbox WHERE verdict = 'waiting' AND at + CASE attempts WHEN 0 THEN 30000 ELSE CAST(5000 AS BIGINT) << CAST(2 * attempts AS INTEGER) END < $1 ORDER BY n LIMIT $2", now, kBatch)) {
        const std::string name = "inbox/" + std::to_string(n);
        if (claim(name)) inbox_.work_on(n, [this, name] { done(name); });
    }
}

void Background::sweep(int64_t now) {
    const auto all = service_.deps().integrations.all();
    for (const auto& [id, integration] : *all) {
        if (!integration->instance || !integration->enabled || !integration->manifest().operation("transactions.list/1")) continue;
        const auto swept = service_.deps().store.read([&, &name = id](store::Session& db) -> std::optional<int64_t> {
            auto rows = db.query("SELECT coalesce(swept_to, first_payment_at) FROM integration_facts WHERE id = $1 AND first_payment_at IS NOT NULL", name);
            if (!rows.next()) return std::nullopt;
            return rows.maybe_integer(0).value_or(0);
        });
        if (!swept || now - *swept < kDayMs || !claim("sweep/" + id)) continue;
        const int64_t from = *swept - kSweepOverlapMs;
        sweep_page(integration, from, now, "");
    }
}

void Background::sweep_page(IntegrationPtr integration, int64_t from, int64_t to, std::string cursor) {
    exchange::OperationCall call;
    call.instance = integration->instance;
    call.route = integration->route;
    call.op = "transactions.list/1";
    call.op_id = "sweep/" + integration->id() + "/" + std::to_string(to) + "/" + cursor;
    json::Value input = json::Value::object({{"from_unix_ms", from}, {"to_unix_ms", to}});
    if (!cursor.empty()) input.set("cursor", cursor);
    call.input_json = json::write(input);
    call.priority = exchange::Priority::background;
    service_.deps().exchange.run(std::move(call), [this, integration, from, to](exchange::OperationResult result) {
        const std::string name = "sweep/" + integration->id();
        if (!result.done()) return done(name);
        const auto value = json::read(result.done()->result_json);
        std::vector<Observation> observations;
        if (const json::Value* list = value ? value->find("observations") : nullptr)
            for (const json::Value& item : list->items())
                if (auto o = read_observation(item)) observations.push_back(std::move(*o));
        const std::string next = value ? value->text("next") : "";
        service_.settle_all(integration, std::move(observations), {"sweep", std::nullopt, false}, [this, integration, from, to, next, name] {
            if (!next.empty()) return sweep_page(integration, from, to, next);
            service_.deps().store.committer().submit([id = integration->id(), to](store::Tx& tx) { tx.db.run("UPDATE integration_facts SET swept_to = $2 WHERE id = $1", id, to); }, nullptr);
            done(name);
        });
    });
}

void Background::purge(int64_t now) {
    if (now - purged_at_ms_ < kPurgeEveryMs) return;
    purged_at_ms_ = now;
    service_.deps().store.committer().submit([kept = retention_](store::Tx& tx) {
        const auto before = [&](int days) { return tx.now_ms - days * kDayMs; };
        tx.db.run("DELETE FROM transcripts WHERE at < $1", before(kept.transcripts_days));
        tx.db.run("DELETE FROM inbox WHERE verdict = 'refused' AND at < $1", before(kept.refused_days));
        tx.db.run("UPDATE inbox SET body = $2, head = '{}' WHERE at < $1 AND body <> $2", before(kept.webhook_bodies_days), store::Blob{""});
        tx.db.run("DELETE FROM audit WHERE at < $1", before(kept.audit_days));
        forget_old_keys(tx);
        forget_networks(tx);
        tx.db.run("DELETE FROM parked WHERE until < $1", tx.now_ms);
        tx.db.run("DELETE FROM quotes WHERE expires_at < $1", tx.now_ms - kDayMs);
        tx.db.run("DELETE FROM kept WHERE expires_at < $1", tx.now_ms);
    }, nullptr);
}

}  // namespace turnpike::payments
