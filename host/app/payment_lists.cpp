#include <algorithm>

#include "host/app/api.hpp"
#include "host/app/csv.hpp"
#include "host/json/read.hpp"
#include "host/payments/view.hpp"

namespace turnpike::app {
namespace {

using json::Value;

/// Conditions of a list put together from the query, with their values.
struct Filter {
    std::string sql;
    std::vector<std::string> values;
    void add(const std::string& column, const std::optional<std::string>& value) {
        if (!value || value->empty()) return;
        values.push_back(*value);
        sql += " AND " + column + " = $" + std::to_string(values.size() + 2);
    }
    void add_any(const std::vector<std::string>& columns, const std::string& value) {
        if (value.empty()) return;
        values.push_back(value);
        std::string any;
        for (const std::string& column : columns) any += (any.empty() ? "" : " OR ") + column + " = $" + std::to_string(values.size() + 2);
        sql += " AND (" + any + ")";
    }
    /// Numbers of our own making: nothing of the request stands in the text.
    void between(const std::string& column, const DaysAsked& days) {
        if (days.from_ms > 0) sql += " AND " + column + " >= " + std::to_string(days.from_ms);
        if (days.to_ms < INT64_MAX) sql += " AND " + column + " < " + std::to_string(days.to_ms);
    }
};

Value payments_page(store::Session& db, const PageAsked& page, const Filter& filter, std::string& next) {
    auto rows = db.prepare("SELECT " + std::string(payments::kPaymentColumns) + " FROM payments WHERE seq < $1" + filter.sql + " ORDER BY seq DESC LIMIT $2");
    rows->bind(1, row_number(page.after).value_or(INT64_MAX));
    rows->bind(2, page.limit + 1);
    for (size_t i = 0; i < filter.values.size(); ++i) rows->bind(static_cast<int>(i) + 3, filter.values[i]);
    Value data = Value::array();
    std::string last;
    while (rows->step()) {
        payments::Payment p = payments::read_payment_row(*rows);
        if (data.items().size() == static_cast<size_t>(page.limit)) next = last;
        else data.push(payments::payment_json(p));
        last = std::to_string(p.seq);
    }
    return data;
}

void list_payments(const ApiDeps& deps, const Call& call, const std::string& customer, bool csv) {
    auto page = page_asked(call);
    if (!page) return call.fail(page.error());
    if (csv) page->limit = kMostCsvRows;
    const auto days = days_asked(call);
    if (!days) return call.fail(days.error());
    Filter filter;
    if (const auto named = call.request->query_param("q")) filter.add_any({"id", "reference", "provider_reference", "customer"}, *named);
    filter.between("created_at", *days);
    filter.add("mode", page->mode);
    filter.add("customer", customer.empty() ? call.request->query_param("customer") : customer);
    for (const char* name : {"integration", "status", "reference", "currency"}) filter.add(name, call.request->query_param(name));
    deps.service.deps().store.read([&](store::Session& db) {
        std::string next;
        Value data = payments_page(db, *page, filter, next);
        if (!csv) call.answer(200, page_json(std::move(data), next));
        else call.reply.send(csv_response(data, {"id", "created_at", "status", "reason", "integration", "customer", "reference", "amount", "surcharge", "total", "captured", "refunded", "fee", "credited", "currency", "mode"}, *call.request, next));
        return 0;
    });
}

/// Everything that happened to a payment, in order, with what was said to and by the provider.
void show_timeline(const ApiDeps& deps, const Call& call) {
    deps.service.deps().store.read([&](store::Session& db) {
        const auto p = payments::load_payment(db, call.request->param("id"));
        if (!p) return call.fail(problem(404, "not_found", "There is no payment " + call.request->param("id") + ".")), 0;
        if (!call.who.in_mode(p->mode)) return call.fail(problem(403, "forbidden", "This token does not act in " + p->mode + " mode.")), 0;
        std::vector<std::pair<int64_t, Value>> all;
        auto rows = db.query("SELECT n, at, kind, data FROM timeline WHERE payment = $1 ORDER BY n LIMIT 1000", p->seq);
        while (rows.next()) {
            const auto data = json::read(rows.view(3));
            all.push_back({rows.integer(1), Value::object({{"at", rfc3339(rows.integer(1)).text}, {"kind", rows.text(2)}, {"data", data ? *data : Value()}})});
        }
        auto calls = db.query("SELECT n, at, op, data FROM transcripts WHERE payment = $1 ORDER BY n LIMIT 1000", p->seq);
        while (calls.next()) {
            const auto data = json::read(calls.view(3));
            all.push_back({calls.integer(1),
                           Value::object({{"at", rfc3339(calls.integer(1)).text}, {"kind", "call"}, {"op", calls.text(2)}, {"transcript", data && !call.who.masked ? *data : Value()}})});
        }
        std::stable_sort(all.begin(), all.end(), [](const auto& a, const auto& b) { return a.first < b.first; });
        Value data = Value::array();
        for (auto& [at, row] : all) data.push(std::move(row));
        call.answer(200, page_json(std::move(data), ""));
        return 0;
    });
}

}  // namespace

void add_payment_list_routes(const ApiDeps& deps) {
    add_route(deps, {"GET", "/v1/payments", "payments"}, [deps](const Call& call) { list_payments(deps, call, "", false); });
    add_route(deps, {"GET", "/v1/payments.csv", "payments"}, [deps](const Call& call) { list_payments(deps, call, "", true); });
    add_route(deps, {"GET", "/v1/customers/{id}/payments", "payments"}, [deps](const Call& call) { list_payments(deps, call, call.request->param("id"), false); });
    add_route(deps, {"GET", "/v1/customers/{id}/payments.csv", "payments"}, [deps](const Call& call) { list_payments(deps, call, call.request->param("id"), true); });
    add_route(deps, {"GET", "/v1/payments/{id}/timeline", "payments"}, [deps](const Call& call) { show_timeline(deps, call); });
}

}  // namespace turnpike::app
