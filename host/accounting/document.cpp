#include "host/accounting/document.hpp"

#include "host/base/clock.hpp"
#include "host/json/read.hpp"
#include "host/json/write.hpp"
#include "host/payments/observation.hpp"

namespace turnpike::accounting {
namespace {

using json::Value;

constexpr const char* kColumns = "seq, id, kind, integration, mode, customer, payment, status, provider_id, number, input, answer, created_at, updated_at";

Document read_row(const store::Rows& rows) {
    Document d;
    d.seq = rows.integer(0);
    d.id = rows.text(1);
    d.kind = rows.text(2);
    d.integration = rows.text(3);
    d.mode = rows.text(4);
    d.customer = rows.maybe_text(5);
    d.payment = rows.maybe_text(6);
    d.status = rows.text(7);
    d.provider_id = rows.maybe_text(8);
    d.number = rows.maybe_text(9);
    d.input = json::read(rows.view(10)).value_or(Value::object());
    d.answer = json::read(rows.view(11)).value_or(Value::object());
    d.created_at = rows.integer(12);
    d.updated_at = rows.integer(13);
    return d;
}

/// What the document is about in money, wherever the answer or the question says it.
void add_money(const Document& d, Value& out) {
    for (const char* name : {"total", "paid", "due"}) {
        const Value* found = d.answer.find(name);
        if (!found) found = d.input.find(name);
        const auto amount = payments::read_money(found);
        out.set(name, amount ? Value(money::format(*amount)) : Value());
        if (amount) out.set("currency", amount->currency.code());
    }
}

}  // namespace

Value document_json(const Document& d) {
    Value out = Value::object({{"id", d.id}, {"kind", d.kind}, {"status", d.status}, {"integration", d.integration}, {"mode", d.mode}, {"customer", d.customer}, {"payment", d.payment},
                               {"number", d.number}, {"provider_id", d.provider_id}, {"currency", Value()}});
    add_money(d, out);
    for (const char* name : {"provider_status", "url", "name", "reconciled", "parts", "payments"})
        if (const Value* found = d.answer.find(name)) out.set(name, *found);
    if (const Value* note = d.input.find("fee_note")) out.set("fee_note", *note);
    return out.set("created_at", rfc3339(d.created_at).text).set("updated_at", rfc3339(d.updated_at).text);
}

std::optional<std::string> document_of_payment(store::Session& db, const std::string& integration, const std::string& kind, const std::string& payment) {
    auto rows = db.query("SELECT id FROM documents WHERE integration = $1 AND kind = $2 AND payment = $3 AND status <> 'failed'", integration, kind, payment);
    return rows.next() ? std::optional(rows.text(0)) : std::nullopt;
}

void insert_document(store::Tx& tx, Document& d) {
    d.created_at = d.updated_at = tx.now_ms;
    tx.db.run("INSERT INTO documents (id, kind, integration, mode, customer, payment, status, number, input, created_at, updated_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $10)", d.id, d.kind,
              d.integration, d.mode, d.customer, d.payment, d.status, d.number, json::write(d.input), tx.now_ms);
}

void update_document(store::Tx& tx, Document& d) {
    d.updated_at = tx.now_ms;
    tx.db.run("UPDATE documents SET status = $2, provider_id = $3, number = $4, answer = $5, updated_at = $6 WHERE id = $1", d.id, d.status, d.provider_id, d.number, json::write(d.answer), tx.now_ms);
}

void remove_document(store::Tx& tx, const std::string& id) { tx.db.run("DELETE FROM documents WHERE id = $1", id); }

std::optional<Document> load_document(store::Session& db, const std::string& id) {
    static const std::string sql = std::string("SELECT ") + kColumns + " FROM documents WHERE id = $1";
    auto rows = db.query(sql.c_str(), id);
    return rows.next() ? std::optional(read_row(rows)) : std::nullopt;
}

std::vector<Document> list_documents(store::Session& db, const DocumentFilter& f, int limit) {
    std::vector<Document> out;
    static const std::string sql = std::string("SELECT ") + kColumns + " FROM documents WHERE ($1 = '' OR integration = $1) AND ($2 = '' OR kind = $2) AND ($3 = '' OR mode = $3)"
                                   " AND ($4 = '' OR seq < (SELECT seq FROM documents WHERE id = $4)) ORDER BY seq DESC LIMIT $5";
    auto rows = db.query(sql.c_str(), f.integration, f.kind, f.mode, f.after, limit);
    while (rows.next()) out.push_back(read_row(rows));
    return out;
}

void apply_answer(Document& d, const Value& answer) {
    d.answer = answer;
    d.status = answer.text("status", "recorded");
    if (const std::string id = answer.text("id"); !id.empty()) d.provider_id = id;
    if (const std::string number = answer.text("number"); !number.empty()) d.number = number;
}

}  // namespace turnpike::accounting
