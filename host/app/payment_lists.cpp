#include <algorithm>

#include "host/app/api.hpp"
#include "host/app/csv.hpp"
#include "host/json/read.hpp"
#include "host/payments/view.hpp"

namespace turnpike::app {
namespace {

using json::Value;

bool is_number(const std::string& text) { return !text.empty() && text.size() <= 18 && text.find_first_not_of("0123456789") == std::string::npos; }

/// Conditions of a list put together from the query, with their values.
struct Filter {
    std::string sql;
    std::vector<std::string> values;
    void add(const std::string& column, const std::optional<std::string>& value) {
        if (!value || value->empty()) return;
        values.push_back(*value);
        sql += " AND " + column + " = $" + std::to_string(values.size() + 2);
    }
};

Value payments_page(store::Session& db, const PageAsked& page, const Filter& filter, std::string& next) {
    auto rows = db.prepare("SELECT " + std::string(payments::kPaymentColumns) + " FROM payments WHERE seq < $1" + filter.sql + " ORDER BY seq DESC LIMIT $2");
    rows->bind(1, is_number(page.after) ? static_cast<int64_t>(std::stoll(page.after)) : INT64_MAX);
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
    if (csv) page->limit = 10000;
    Filter filter;
    filter.add("mode", page->mode);
    filter.add("customer", customer.empty() ? call.request->query_param("customer") : customer);
    for (const char* name : {"integration", "status", "reference", "currency"}) filter.add(name, call.request->query_param(name));
    deps.service.deps().store.read([&](store::Session& db) {
        std::string next;
        Value data = payments_page(db, *page, filter, next);
        if (!csv) call.answer(200, page_json(std::move(data), next));
        else call.reply.send(csv_response(data, {"id", "created_at", "status", "reason", "integration", "customer", "reference", "amount", "surcharge", "total", "captured", "refunded", "fee", "credited", "currency", "mode"}));
        return 0;
    });
}

/// A row of the payment log, and where it stands: rows of two tables in one order.
struct LogRow {
    int64_t at = 0;
    std::string key;  ///< "t12" or "i7": breaks ties and is half of the cursor
    Value row;
};

void add_timeline_rows(store::Session& db, const std::string& integration, const std::string& customer, const std::string& mode, int64_t before, int limit, std::vector<LogRow>& out) {
    auto rows = db.query("SELECT t.n, t.at, t.kind, t.data, p.id, p.integration, p.customer, p.currency, p.total, p.mode FROM timeline t JOIN payments p ON p.seq = t.payment"
                         " WHERE t.kind IN ('payment', 'refund') AND t.at <= $1 AND ($2 = '' OR p.integration = $2) AND ($3 = '' OR p.customer = $3) AND ($4 = '' OR p.mode = $4)"
                         " ORDER BY t.n DESC LIMIT $5", before, integration, customer, mode, limit);
    while (rows.next()) {
        const auto data = json::read(rows.view(3));
        const std::string currency = rows.text(7);
        const bool refund = rows.view(2) == "refund";
        const std::string id = "t" + std::to_string(rows.integer(0));
        const std::string total = money::format(rows.integer(8), money::Currency::of(currency).value_or(money::Currency()));
        out.push_back({rows.integer(1), id,
                       Value::object({{"id", id}, {"at", rfc3339(rows.integer(1)).text}, {"kind", rows.text(2)}, {"integration", rows.text(5)},
                                      {"customer", rows.maybe_text(6)}, {"payment", rows.text(4)}, {"status", data ? data->text("status") : ""},
                                      {"reason", data && data->find("reason") ? *data->find("reason") : Value()}, {"amount", refund && data ? data->text("amount") : total},
                                      {"currency", currency}, {"mode", rows.text(9)}})});
    }
}

void add_inbox_rows(store::Session& db, const std::string& integration, const std::string& customer, const std::string& mode, int64_t before, int limit, std::vector<LogRow>& out) {
    auto rows = db.query("SELECT i.n, i.at, i.verdict, i.reason, i.integration, p.id, p.customer, p.currency, p.total, i.mode, i.event_type FROM inbox i LEFT JOIN payments p ON p.seq = i.payment"
                         " WHERE i.at <= $1 AND ($2 = '' OR i.integration = $2) AND ($3 = '' OR p.customer = $3) AND ($4 = '' OR i.mode = $4) ORDER BY i.n DESC LIMIT $5",
                         before, integration, customer, mode, limit);
    while (rows.next()) {
        const std::string id = "i" + std::to_string(rows.integer(0));
        const bool refused = rows.view(2) == "refused";
        Value amount;
        if (const auto currency = rows.maybe_text(7)) amount = money::format(rows.integer(8), money::Currency::of(*currency).value_or(money::Currency()));
        out.push_back({rows.integer(1), id,
                       Value::object({{"id", id}, {"at", rfc3339(rows.integer(1)).text}, {"kind", refused ? "refusal" : "notification"}, {"integration", rows.text(4)},
                                      {"customer", rows.maybe_text(6)}, {"payment", rows.maybe_text(5)}, {"status", rows.text(2)}, {"reason", rows.maybe_text(3)},
                                      {"amount", std::move(amount)}, {"currency", rows.maybe_text(7)}, {"mode", rows.text(9)}, {"event_type", rows.maybe_text(10)}})});
    }
}

void payment_log(const ApiDeps& deps, const Call& call, bool csv) {
    auto page = page_asked(call);
    if (!page) return call.fail(page.error());
    if (csv) page->limit = 10000;
    const size_t dash = page->after.find('-');
    const int64_t before = is_number(page->after.substr(0, dash)) ? std::stoll(page->after.substr(0, dash)) : INT64_MAX;
    const std::string after_key = dash == std::string::npos ? "" : page->after.substr(dash + 1);
    const std::string integration = call.request->query_param("integration").value_or("");
    const std::string customer = call.request->query_param("customer").value_or("");
    const std::string kind = call.request->query_param("kind").value_or("");
    std::vector<LogRow> all;
    deps.service.deps().store.read([&](store::Session& db) {
        // Rows of the cursor's own millisecond come again and are passed over below.
        add_timeline_rows(db, integration, customer, page->mode, before, page->limit + 64, all);
        add_inbox_rows(db, integration, customer, page->mode, before, page->limit + 64, all);
        return 0;
    });
    std::sort(all.begin(), all.end(), [](const LogRow& a, const LogRow& b) { return std::tie(a.at, a.key) > std::tie(b.at, b.key); });
    Value data = Value::array();
    std::string next;
    std::string last;
    for (LogRow& row : all) {
        if (!after_key.empty() && row.at == before && row.key >= after_key) continue;
        if (!kind.empty() && row.row.text("kind") != kind) continue;
        if (data.items().size() == static_cast<size_t>(page->limit)) {
            next = last;
            break;
        }
        last = std::to_string(row.at) + "-" + row.key;
        data.push(std::move(row.row));
    }
    if (!csv) return call.answer(200, page_json(std::move(data), next));
    call.reply.send(csv_response(data, {"id", "at", "kind", "integration", "customer", "payment", "status", "reason", "amount", "currency", "mode"}));
}

/// Everything that happened to a payment, in order, with what was said to and by the provider.
void show_timeline(const ApiDeps& deps, const Call& call) {
    deps.service.deps().store.read([&](store::Session& db) {
        const auto p = payments::load_payment(db, call.request->param("id"));
        if (!p) return call.fail(problem(404, "not_found", "There is no payment " + call.request->param("id") + ".")), 0;
        std::vector<LogRow> all;
        auto rows = db.query("SELECT n, at, kind, data FROM timeline WHERE payment = $1 ORDER BY n LIMIT 1000", p->seq);
        while (rows.next()) {
            const auto data = json::read(rows.view(3));
            all.push_back({rows.integer(1), "t" + std::to_string(rows.integer(0)), Value::object({{"at", rfc3339(rows.integer(1)).text}, {"kind", rows.text(2)}, {"data", data ? *data : Value()}})});
        }
        auto calls = db.query("SELECT n, at, op, data FROM transcripts WHERE payment = $1 ORDER BY n LIMIT 1000", p->seq);
        while (calls.next()) {
            const auto data = json::read(calls.view(3));
            all.push_back({calls.integer(1), "c" + std::to_string(calls.integer(0)),
                           Value::object({{"at", rfc3339(calls.integer(1)).text}, {"kind", "call"}, {"op", calls.text(2)}, {"transcript", data && !call.who.masked ? *data : Value()}})});
        }
        std::stable_sort(all.begin(), all.end(), [](const LogRow& a, const LogRow& b) { return a.at < b.at; });
        Value data = Value::array();
        for (LogRow& row : all) data.push(std::move(row.row));
        call.answer(200, page_json(std::move(data), ""));
        return 0;
    });
}

}  // namespace

void add_payment_list_routes(const ApiDeps& deps) {
    add_route(deps, {"GET", "/v1/payments", "payments"}, [deps](const Call& call) { list_payments(deps, call, "", false); });
    add_route(deps, {"GET", "/v1/customers/{id}/payments", "payments"}, [deps](const Call& call) { list_payments(deps, call, call.request->param("id"), false); });
    add_route(deps, {"GET", "/v1/customers/{id}/payments.csv", "payments"}, [deps](const Call& call) { list_payments(deps, call, call.request->param("id"), true); });
    add_route(deps, {"GET", "/v1/payments/{id}/timeline", "payments"}, [deps](const Call& call) { show_timeline(deps, call); });
    add_route(deps, {"GET", "/v1/payment-log", "payments"}, [deps](const Call& call) { payment_log(deps, call, false); });
    add_route(deps, {"GET", "/v1/payment-log.csv", "payments"}, [deps](const Call& call) { payment_log(deps, call, true); });
}

}  // namespace turnpike::app
