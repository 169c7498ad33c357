#include <algorithm>

#include "host/app/api.hpp"
#include "host/app/csv.hpp"
#include "host/json/read.hpp"
#include "host/payments/view.hpp"

namespace turnpike::app {
namespace {

using json::Value;

/// Conditions on both tables of the payment log; an empty text is no condition.
struct LogFilter {
    std::string kind, integration, customer, payment, mode;
    int64_t from_ms = 0, to_ms = INT64_MAX;
    bool may_be(std::string_view one) const { return kind.empty() || kind == one; }
};

/// Where a listing stands in each of the two tables: what comes next has a smaller n.
struct LogCursor {
    int64_t timeline = INT64_MAX, inbox = INT64_MAX;

    static LogCursor read(const std::string& after) {
        const size_t dot = after.find('.');
        if (dot == std::string::npos) return {};
        return {row_number(after.substr(0, dot)).value_or(INT64_MAX), row_number(after.substr(dot + 1)).value_or(INT64_MAX)};
    }
    std::string text() const { return std::to_string(std::min(timeline, kMost)) + "." + std::to_string(std::min(inbox, kMost)); }
    static constexpr int64_t kMost = 999'999'999'999'999'999;  ///< the most that row_number takes
};

struct LogRow {
    int64_t at = 0;
    int64_t n = 0;
    Value row;
};

std::vector<LogRow> timeline_rows(store::Session& db, const LogFilter& f, int64_t before, int limit) {
    if (!f.may_be("payment") && !f.may_be("refund")) return {};
    std::vector<LogRow> out;
    auto rows = db.query("SELECT t.n, t.at, t.kind, t.data, p.id, p.integration, p.customer, p.currency, p.total, p.mode FROM timeline t JOIN payments p ON p.seq = t.payment"
                         " WHERE t.n < $1 AND t.kind IN ('payment', 'refund') AND ($2 = '' OR t.kind = $2) AND ($3 = '' OR p.integration = $3) AND ($4 = '' OR p.customer = $4)"
                         " AND ($5 = '' OR p.id = $5) AND ($6 = '' OR p.mode = $6) AND t.at >= $7 AND t.at < $8 ORDER BY t.n DESC LIMIT $9",
                         before, f.kind, f.integration, f.customer, f.payment, f.mode, f.from_ms, f.to_ms, limit);
    while (rows.next()) {
        const auto data = json::read(rows.view(3));
        const std::string currency = rows.text(7);
        const bool refund = rows.view(2) == "refund";
        const std::string total = money::format(rows.integer(8), money::Currency::of(currency).value_or(money::Currency()));
        out.push_back({rows.integer(1), rows.integer(0),
                       Value::object({{"id", "t" + std::to_string(rows.integer(0))}, {"at", rfc3339(rows.integer(1)).text}, {"kind", rows.text(2)}, {"integration", rows.text(5)},
                                      {"customer", rows.maybe_text(6)}, {"payment", rows.text(4)}, {"status", data ? data->text("status") : ""},
                                      {"reason", data && data->find("reason") ? *data->find("reason") : Value()}, {"amount", refund && data ? data->text("amount") : total},
                                      {"currency", currency}, {"mode", rows.text(9)}})});
    }
    return out;
}

std::vector<LogRow> inbox_rows(store::Session& db, const LogFilter& f, int64_t before, int limit) {
    if (!f.may_be("notification") && !f.may_be("refusal")) return {};
    std::vector<LogRow> out;
    auto rows = db.query("SELECT i.n, i.at, i.verdict, i.reason, i.integration, p.id, p.customer, p.currency, p.total, i.mode, i.event_type FROM inbox i LEFT JOIN payments p ON p.seq = i.payment"
                         " WHERE i.n < $1 AND ($2 = '' OR (i.verdict = 'refused') = ($2 = 'refusal')) AND ($3 = '' OR i.integration = $3) AND ($4 = '' OR p.customer = $4)"
                         " AND ($5 = '' OR p.id = $5) AND ($6 = '' OR i.mode = $6) AND i.at >= $7 AND i.at < $8 ORDER BY i.n DESC LIMIT $9",
                         before, f.kind, f.integration, f.customer, f.payment, f.mode, f.from_ms, f.to_ms, limit);
    while (rows.next()) {
        const bool refused = rows.view(2) == "refused";
        Value amount;
        if (const auto currency = rows.maybe_text(7)) amount = money::format(rows.integer(8), money::Currency::of(*currency).value_or(money::Currency()));
        out.push_back({rows.integer(1), rows.integer(0),
                       Value::object({{"id", "i" + std::to_string(rows.integer(0))}, {"at", rfc3339(rows.integer(1)).text}, {"kind", refused ? "refusal" : "notification"},
                                      {"integration", rows.text(4)}, {"customer", rows.maybe_text(6)}, {"payment", rows.maybe_text(5)}, {"status", rows.text(2)}, {"reason", rows.maybe_text(3)},
                                      {"amount", std::move(amount)}, {"currency", rows.maybe_text(7)}, {"mode", rows.text(9)}, {"event_type", rows.maybe_text(10)}})});
    }
    return out;
}

/// The newest of both tables first; each keeps its own order, so that no row is shown twice or passed over.
Value merged(std::vector<LogRow> timeline, std::vector<LogRow> inbox, LogCursor at, size_t limit, std::string& next) {
    Value data = Value::array();
    size_t t = 0, i = 0;
    while (t < timeline.size() || i < inbox.size()) {
        if (data.items().size() == limit) {
            next = at.text();
            break;
        }
        const bool from_inbox = t == timeline.size() || (i < inbox.size() && inbox[i].at > timeline[t].at);
        LogRow& row = from_inbox ? inbox[i++] : timeline[t++];
        (from_inbox ? at.inbox : at.timeline) = row.n;
        data.push(std::move(row.row));
    }
    return data;
}

Result<LogFilter> log_filter(const Call& call, const PageAsked& page) {
    auto asked = [&](const char* name) { return call.request->query_param(name).value_or(""); };
    LogFilter f{asked("kind"), asked("integration"), asked("customer"), asked("payment"), page.mode};
    for (const char* kind : {"", "payment", "refund", "notification", "refusal"})
        if (f.kind == kind) {
            const auto days = days_asked(call);
            if (!days) return Failure(days.error());
            f.from_ms = days->from_ms;
            f.to_ms = days->to_ms;
            return f;
        }
    return failure(422, "kind_invalid", "kind is payment, refund, notification or refusal.");
}

void payment_log(const ApiDeps& deps, const Call& call, bool csv) {
    auto page = page_asked(call);
    if (!page) return call.fail(page.error());
    const auto filter = log_filter(call, *page);
    if (!filter) return call.fail(filter.error());
    if (csv) page->limit = kMostCsvRows;
    const LogCursor cursor = LogCursor::read(page->after);
    std::string next;
    Value data = deps.service.deps().store.read([&](store::Session& db) {
        return merged(timeline_rows(db, *filter, cursor.timeline, page->limit + 1), inbox_rows(db, *filter, cursor.inbox, page->limit + 1), cursor, static_cast<size_t>(page->limit), next);
    });
    if (!csv) return call.answer(200, page_json(std::move(data), next));
    call.reply.send(csv_response(data, {"id", "at", "kind", "integration", "customer", "payment", "status", "reason", "amount", "currency", "mode"}, *call.request, next));
}

}  // namespace

void add_payment_log_routes(const ApiDeps& deps) {
    add_route(deps, {"GET", "/v1/payment-log", "payments"}, [deps](const Call& call) { payment_log(deps, call, false); });
    add_route(deps, {"GET", "/v1/payment-log.csv", "payments"}, [deps](const Call& call) { payment_log(deps, call, true); });
}

}  // namespace turnpike::app
