#include <map>

#include "host/accounting/accounting.hpp"
#include "host/json/read.hpp"
#include "host/json/write.hpp"
#include "host/ledger/account.hpp"
#include "host/payments/observation.hpp"
#include "host/payments/payment_rows.hpp"
#include "host/payments/plugin_problem.hpp"
#include "host/payments/view.hpp"

namespace turnpike::accounting {
namespace {

using json::Value;

constexpr size_t kMostDocuments = 20'000;
constexpr int64_t kListMs = 60'000;

/// What we hold of one payment: what the provider took by its own count, and what the journal holds of it.
struct Ours {
    std::string payment, integration, number, status;
    money::Currency currency;
    int64_t total = 0, captured = 0, journal = 0;
};

/// What the journal says the provider took of each payment, reversals and fees apart.  One pass over the journal's end.
std::map<std::string, int64_t> journal_sums(store::Session& db, const Period& period, const std::string& mode) {
    std::map<std::string, int64_t> out;
    auto rows = db.query("SELECT j.payment, sum(e.amount) FROM journal j JOIN entries e ON e.n BETWEEN j.n * 16 AND j.n * 16 + 15 WHERE j.at >= $1 AND j.mode = $2 AND j.payment IS NOT NULL"
                         " AND j.type IN ('payment', 'hold') AND e.role = $3 GROUP BY j.payment", period.from_ms, mode, static_cast<int64_t>(ledger::Role::provider));
    while (rows.next()) out[rows.text(0)] = rows.integer(1);
    return out;
}

/// Payments of a time that brought money, by the number of the invoice they should have.
std::vector<Ours> payments_of(store::Session& db, const Period& period, const std::string& mode) {
    std::vector<Ours> out;
    const auto journal = journal_sums(db, period, mode);
    auto rows = db.query("SELECT seq FROM payments WHERE mode = $1 AND created_at >= $2 AND created_at < $3 ORDER BY seq", mode, period.from_ms, period.to_ms);
    std::vector<int64_t> found;
    while (rows.next()) found.push_back(rows.integer(0));
    for (const int64_t seq : found) {
        const auto p = payments::load_payment(db, seq);
        const payments::BooksInput books = payments::books_input(*p, p->own());
        if (books.captured == 0) continue;
        const auto posted = journal.find(p->id);
        Ours one{p->id, p->integration, "", p->status, p->currency, p->total, books.captured, posted == journal.end() ? 0 : posted->second};
        auto document = db.query("SELECT number FROM documents WHERE integration = $1 AND kind = 'invoice' AND payment = $2 AND number IS NOT NULL", period.integration, p->id);
        if (document.next()) one.number = document.text(0);
        else if (p->integration == period.integration) one.number = p->provider_ids.text("invoice_number");
        out.push_back(std::move(one));
    }
    return out;
}

Value shown(const Ours& o, const Value* booked) {
    auto text = [&](int64_t minor) { return Value(money::format(minor, o.currency)); };
    Value out = Value::object({{"payment", o.payment}, {"integration", o.integration}, {"number", o.number.empty() ? Value() : Value(o.number)}, {"currency", o.currency.code()},
                               {"journal", text(o.journal)}, {"provider", text(o.captured)}, {"books", Value()}});
    if (!booked) return out;
    const auto paid = payments::read_money(booked->find("paid"));
    out.set("books", paid ? Value(money::format(*paid)) : Value()).set("document", booked->text("id"));
    return out.set("status", booked->text("status"));
}

bool agree(const Ours& o, const Value& booked) {
    const auto paid = payments::read_money(booked.find("paid"));
    const auto total = payments::read_money(booked.find("total"));
    const bool same = paid && total && paid->currency == o.currency && paid->minor == o.captured && total->minor == o.total;
    return same && o.journal == o.captured && booked.text("status") == "paid";
}

Value only_booked(const Value& booked) {
    const auto paid = payments::read_money(booked.find("paid"));
    return Value::object({{"number", booked.text("number")}, {"document", booked.text("id")}, {"books", paid ? Value(money::format(*paid)) : Value()}, {"status", booked.text("status")},
                          {"currency", paid ? Value(paid->currency.code()) : Value()}, {"reference", booked.text("reference")}});
}

/// Paid invoices of ours that no payment stands behind: money the journal does not know.
bool claims_money(const Value& booked, const Period& period) {
    const Value* ours = booked.find("ours");
    const Value* date = booked.find("date_unix_ms");
    const auto paid = payments::read_money(booked.find("paid"));
    const int64_t at = date ? date->integer().value_or(0) : 0;
    return ours && ours->boolean().value_or(false) && paid && paid->minor > 0 && at >= period.from_ms - 86'400'000 && at < period.to_ms;
}

Value compare(const std::vector<Ours>& ours, const json::Array& documents, const Period& period) {
    std::map<std::string, const Value*> by_number;
    for (const Value& one : documents) by_number[one.text("number")] = &one;
    std::map<std::string, Value> lists;
    for (const char* name : {"matched", "different", "missing_in_books", "missing_in_journal"}) lists[name] = Value::array();
    for (const Ours& o : ours) {
        const auto found = o.number.empty() ? by_number.end() : by_number.find(o.number);
        const Value* booked = found == by_number.end() ? nullptr : found->second;
        lists[!booked ? "missing_in_books" : agree(o, *booked) ? "matched" : "different"].push(shown(o, booked));
        if (booked) by_number.erase(found);
    }
    for (const auto& [number, booked] : by_number)
        if (claims_money(*booked, period)) lists["missing_in_journal"].push(only_booked(*booked));
    Value out = Value::object({{"integration", period.integration}, {"from", rfc3339(period.from_ms).text}, {"to", rfc3339(period.to_ms).text}});
    for (auto& [name, list] : lists) out.set(name, std::move(list));
    return out;
}

}  // namespace

void Accounting::reconcile(const Period& period, ValueThen then) {
    auto integration = usable(period.integration, "accounting.document.list/1");
    if (!integration) return then(Failure(integration.error()));
    list(*integration, period, "", std::make_shared<json::Array>(), std::move(then));
}

void Accounting::list(payments::IntegrationPtr integration, Period period, std::string cursor, std::shared_ptr<json::Array> found, ValueThen then) {
    exchange::OperationCall call;
    call.instance = integration->instance;
    call.route = integration->route;
    call.op = "accounting.document.list/1";
    call.op_id = "reconcile/" + integration->id() + "/" + std::to_string(period.to_ms) + "/" + cursor;
    Value input = Value::object({{"from_unix_ms", period.from_ms}, {"to_unix_ms", period.to_ms}});
    if (!cursor.empty()) input.set("cursor", cursor);
    call.input_json = json::write(input);
    call.priority = exchange::Priority::background;
    call.deadline_unix_ms = deps_.store.clock().now_ms() + kListMs;
    deps_.exchange.run(std::move(call), [this, integration, period, found, then](exchange::OperationResult result) {
        if (result.error()) return then(Failure(payments::plugin_problem(result)));
        const Value page = json::read(result.done()->result_json).value_or(Value::object());
        if (const Value* documents = page.find("documents"))
            for (const Value& one : documents->items()) found->push_back(one);
        const std::string next = page.text("next");
        if (!next.empty() && found->size() < kMostDocuments) return list(integration, period, next, found, then);
        if (!next.empty()) return then(failure(422, "out_of_range", "There are more documents than one report holds: ask for a shorter time."));
        then(deps_.store.read([&](store::Session& db) { return compare(payments_of(db, period, integration->source.mode()), *found, period); }));
    });
}

}  // namespace turnpike::accounting
