#include "host/outgoing/deliveries.hpp"

#include "host/base/clock.hpp"
#include "host/json/read.hpp"
#include "host/json/write.hpp"

namespace turnpike::outgoing {
namespace {

using json::Value;

constexpr int kFanOutRows = 500;

Value attempts_of(store::Session& db, int64_t delivery) {
    Value out = Value::array();
    auto rows = db.query("SELECT at, status, error, answer, duration_ms FROM webhook_attempts WHERE delivery = $1 ORDER BY n", delivery);
    while (rows.next())
        out.push(Value::object({{"at", rfc3339(rows.integer(0)).text}, {"status", rows.integer(1)}, {"error", rows.text(2)}, {"answer", rows.text(3)}, {"duration_ms", rows.integer(4)}}));
    return out;
}

}  // namespace

bool fan_out(store::Tx& tx, Endpoint& endpoint) {
    struct Row {
        int64_t n;
        std::string type, mode;
    };
    std::vector<Row> found;
    {
        auto rows = tx.db.query("SELECT n, type, mode FROM events WHERE n > $1 AND n <= (SELECT coalesce(max(event_to), 0) FROM seals) ORDER BY n LIMIT $2", endpoint.cursor, kFanOutRows);
        while (rows.next()) found.push_back({rows.integer(0), rows.text(1), rows.text(2)});
    }
    if (found.empty()) return false;
    for (const Row& row : found)
        if (row.mode == endpoint.mode && endpoint.wants(row.type))
            tx.db.run("INSERT INTO webhook_deliveries (endpoint, event, status, attempts, next_at, resent, created_at, updated_at) VALUES ($1, $2, 'pending', 0, $3, 0, $3, $3)",
                      endpoint.seq, row.n, tx.now_ms);
    endpoint.cursor = found.back().n;
    tx.db.run("UPDATE webhook_endpoints SET cursor = $2 WHERE seq = $1", endpoint.seq, endpoint.cursor);
    return found.size() == kFanOutRows;
}

std::vector<Due> due_deliveries(store::Session& db, const Endpoint& endpoint, int64_t now_ms, int limit) {
    std::vector<Due> out;
    auto rows = db.query("SELECT d.n, d.attempts, e.id, e.type, e.at, e.n, e.mode, e.object FROM webhook_deliveries d JOIN events e ON e.n = d.event"
                         " WHERE d.endpoint = $1 AND d.status = 'pending' AND d.next_at <= $2 ORDER BY d.next_at, d.n LIMIT $3", endpoint.seq, now_ms, limit);
    while (rows.next()) {
        auto object = json::read(rows.view(7));
        const Value body = Value::object({{"id", rows.text(2)}, {"type", rows.text(3)}, {"at", rfc3339(rows.integer(4)).text}, {"sequence", rows.integer(5)}, {"mode", rows.text(6)},
                                          {"data", Value::object({{"object", object ? *object : Value()}})}});
        out.push_back({rows.integer(0), static_cast<int>(rows.integer(1)), rows.text(2), json::write(body)});
    }
    return out;
}

void record_attempt(store::Tx& tx, int64_t delivery, const Attempt& a, std::optional<int64_t> next_ms) {
    const std::string status = a.delivered() ? "delivered" : next_ms ? "pending" : "given_up";
    std::optional<int64_t> next_at;
    if (!a.delivered() && next_ms) next_at = tx.now_ms + *next_ms;
    tx.db.run("INSERT INTO webhook_attempts (delivery, at, status, error, answer, duration_ms) VALUES ($1, $2, $3, $4, $5, $6)", delivery, tx.now_ms, int64_t{a.status}, a.error, a.answer, a.duration_ms);
    tx.db.run("UPDATE webhook_deliveries SET status = $2, attempts = attempts + 1, next_at = $3, updated_at = $4 WHERE n = $1", delivery, status, next_at, tx.now_ms);
}

int64_t resend(store::Tx& tx, const Endpoint& endpoint, const std::string& event_id, int64_t from, int64_t to) {
    // What was never for this endpoint is not sent to it now either.
    std::vector<std::pair<int64_t, std::string>> found;
    {
        auto rows = tx.db.query("SELECT n, type FROM events WHERE mode = $1 AND n <= $2 AND ((id = $3 AND $3 <> '') OR ($3 = '' AND n BETWEEN $4 AND $5)) ORDER BY n",
                                endpoint.mode, endpoint.cursor, event_id, from, to);
        while (rows.next()) found.emplace_back(rows.integer(0), rows.text(1));
    }
    int64_t count = 0;
    for (const auto& [n, type] : found) {
        if (!endpoint.wants(type)) continue;
        tx.db.run("INSERT INTO webhook_deliveries (endpoint, event, status, attempts, next_at, resent, created_at, updated_at) VALUES ($1, $2, 'pending', 0, $3, 1, $3, $3)",
                  endpoint.seq, n, tx.now_ms);
        ++count;
    }
    return count;
}

Value delivery_log(store::Session& db, const Endpoint& endpoint, const std::string& status, int64_t before, int limit, int64_t& last) {
    struct Row {
        int64_t n;
        Value shown;
    };
    std::vector<Row> found;
    {
        auto rows = db.query("SELECT d.n, e.id, e.type, e.n, d.status, d.attempts, d.next_at, d.resent, d.created_at FROM webhook_deliveries d JOIN events e ON e.n = d.event"
                             " WHERE d.endpoint = $1 AND d.n < $2 AND ($3 = '' OR d.status = $3) ORDER BY d.n DESC LIMIT $4", endpoint.seq, before, status, limit);
        while (rows.next()) {
            const auto next_at = rows.maybe_integer(6);
            found.push_back({rows.integer(0), Value::object({{"id", std::to_string(rows.integer(0))}, {"event", rows.text(1)}, {"type", rows.text(2)}, {"sequence", rows.integer(3)}, {"status", rows.text(4)},
                                                             {"attempts", rows.integer(5)}, {"next_at", next_at ? Value(rfc3339(*next_at).text) : Value()}, {"resent", rows.integer(7) != 0},
                                                             {"created_at", rfc3339(rows.integer(8)).text}})});
        }
    }
    Value out = Value::array();
    for (Row& row : found) {
        last = row.n;
        out.push(row.shown.set("log", attempts_of(db, row.n)));
    }
    return out;
}

void purge_deliveries(store::Tx& tx, int64_t before_ms) {
    tx.db.run("DELETE FROM webhook_attempts WHERE delivery IN (SELECT n FROM webhook_deliveries WHERE status <> 'pending' AND updated_at < $1)", before_ms);
    tx.db.run("DELETE FROM webhook_deliveries WHERE status <> 'pending' AND updated_at < $1", before_ms);
}

}  // namespace turnpike::outgoing
