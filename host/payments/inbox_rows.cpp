#include "host/payments/inbox_rows.hpp"

#include <algorithm>

#include "host/base/crypto.hpp"
#include "host/base/encoding.hpp"
#include "host/json/read.hpp"
#include "host/json/write.hpp"

namespace turnpike::payments {
namespace {

constexpr size_t kRefusedBodyKept = 4096;

// Headers are bytes; what is no UTF-8 is kept in hex so that nothing is lost.
json::Value text_or_hex(const std::string& bytes) {
    return is_utf8(bytes) ? json::Value(bytes) : json::Value::object({{"hex", to_hex(bytes)}});
}

std::string bytes_of_json(const json::Value& v) {
    if (auto text = v.string()) return std::string(*text);
    return from_hex(v.text("hex")).value_or("");
}

std::string head_json(const plugins::Inbound& m) {
    json::Value headers = json::Value::array();
    for (const auto& h : m.headers) headers.push(json::Value::array({text_or_hex(h.name), text_or_hex(h.value)}));
    return json::write(json::Value::object({{"method", m.method}, {"path", text_or_hex(m.path)}, {"query", text_or_hex(m.query)}, {"headers", std::move(headers)}}));
}

std::optional<std::string> maybe(const std::string& text) { return text.empty() ? std::nullopt : std::optional(text); }

}  // namespace

int64_t next_inbox(store::Session& db) {
    auto rows = db.query("SELECT coalesce(max(n), 0) + 1 FROM inbox");
    rows.next();
    return rows.integer(0);
}

InboxMessage inbox_message(plugins::Inbound message, Kept kept) {
    InboxMessage out;
    out.head = head_json(message);
    out.remote_ip = std::move(message.remote_ip);
    out.body_bytes = static_cast<int64_t>(message.body.size());
    if (kept == Kept::head) {
        out.sha256 = sha256(message.body);
        message.body.resize(std::min(message.body.size(), kRefusedBodyKept));
    }
    out.body = std::move(message.body);
    return out;
}

int64_t insert_inbox(store::Tx& tx, const Integration& integration, const InboxMessage& m, const InboxVerdict& v) {
    tx.db.run("INSERT INTO inbox (at, integration, mode, remote_ip, head, body, body_bytes, sha256, verdict, reason, event_id, event_type, payment)"
              " VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)",
              tx.now_ms, integration.id(), integration.source.mode(), m.remote_ip, m.head, store::Blob{m.body}, m.body_bytes,
              m.sha256 ? std::optional<store::Blob>(store::Blob{*m.sha256}) : std::nullopt, v.verdict, maybe(v.reason), maybe(v.event_id), maybe(v.event_type), v.payment);
    return tx.db.last_row();
}

void update_inbox(store::Tx& tx, int64_t n, const InboxVerdict& v) {
    tx.db.run("UPDATE inbox SET verdict = $2, reason = $3, event_id = $4, event_type = $5, payment = $6, attempts = attempts + 1 WHERE n = $1", n,
              v.verdict, maybe(v.reason), maybe(v.event_id), maybe(v.event_type), v.payment);
}

std::optional<StoredMessage> load_inbox(store::Session& db, int64_t n) {
    auto rows = db.query("SELECT integration, remote_ip, head, body, attempts FROM inbox WHERE n = $1", n);
    if (!rows.next()) return std::nullopt;
    StoredMessage out;
    out.integration = rows.text(0);
    out.message.remote_ip = rows.text(1);
    out.message.body = rows.text(3);
    out.attempts = rows.integer(4);
    const auto head = json::read(rows.view(2));
    if (!head) return std::nullopt;
    out.message.method = head->text("method");
    if (const auto* path = head->find("path")) out.message.path = bytes_of_json(*path);
    if (const auto* query = head->find("query")) out.message.query = bytes_of_json(*query);
    if (const auto* headers = head->find("headers"))
        for (const auto& h : headers->items())
            if (h.items().size() == 2) out.message.headers.push_back({bytes_of_json(h.items()[0]), bytes_of_json(h.items()[1]), false});
    return out;
}

}  // namespace turnpike::payments
