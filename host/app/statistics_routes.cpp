#include <algorithm>
#include <map>

#include "host/app/api.hpp"
#include "host/json/read.hpp"
#include "host/payments/payment_rows.hpp"
#include "host/payments/view.hpp"

namespace turnpike::app {
namespace {

using json::Value;

constexpr int64_t kDayMs = 86'400'000;
constexpr int kMostTranscripts = 3000;

/// What one integration did in a time.
struct Sums {
    std::string mode;  ///< of its payments: it stays what it is after the first one
    int64_t payments = 0, succeeded = 0, failed = 0, open = 0, held = 0;
    std::map<std::string, std::pair<int64_t, int64_t>> money;  ///< currency -> credited, fees
    std::vector<int64_t> latencies_ms;
};

void count(const payments::Payment& p, Sums& sums) {
    ++sums.payments;
    sums.mode = p.mode;
    const bool arrived = p.status == "succeeded" || p.status == "partially_refunded" || p.status == "refunded" || p.status == "disputed";
    const bool over = p.status == "failed" || p.status == "expired" || p.status == "cancelled";
    sums.succeeded += arrived;
    sums.failed += p.status == "failed" || p.status == "expired";
    sums.held += p.status == "held";
    sums.open += !arrived && !over && p.status != "held";
    const payments::BooksInput books = payments::books_input(p, p.own());
    auto& money = sums.money[p.currency.text()];
    money.first = money::add(money.first, payments::credited(books));
    if (payments::fee_status(p) == "known" || payments::fee_status(p) == "estimated") money.second = money::add(money.second, books.fee);
}

/// How long providers took, by what was said to them lately; people being waited for are no latency.
void add_latencies(store::Session& db, int64_t since_ms, std::map<std::string, Sums>& all) {
    auto rows = db.query("SELECT integration, data FROM transcripts WHERE at >= $1 ORDER BY n DESC LIMIT $2", since_ms, kMostTranscripts);
    while (rows.next()) {
        const auto lines = json::read(rows.view(1));
        if (!lines || !lines->is_array()) continue;
        for (const Value& line : lines->items()) {
            const Value* status = line.find("status");
            const Value* duration = line.find("duration_ms");
            if (status && duration && status->integer().value_or(0) > 0) all[rows.text(0)].latencies_ms.push_back(duration->integer().value_or(0));
        }
    }
}

Value percentile(std::vector<int64_t>& sorted, size_t percent) {
    if (sorted.empty()) return {};
    return sorted[std::min(sorted.size() - 1, sorted.size() * percent / 100)];
}

Value shown(const std::string& integration, Sums& s) {
    std::sort(s.latencies_ms.begin(), s.latencies_ms.end());
    Value money = Value::array();
    for (const auto& [code, both] : s.money) {
        const auto currency = money::Currency::of(code);
        if (currency) money.push(Value::object({{"currency", code}, {"credited", money::format(both.first, *currency)}, {"fees", money::format(both.second, *currency)}}));
    }
    return Value::object({{"integration", integration}, {"mode", s.mode.empty() ? Value() : Value(s.mode)}, {"payments", s.payments}, {"succeeded", s.succeeded}, {"failed", s.failed}, {"open", s.open}, {"held", s.held}, {"money", std::move(money)},
                          {"calls", static_cast<int64_t>(s.latencies_ms.size())}, {"latency_p50_ms", percentile(s.latencies_ms, 50)}, {"latency_p95_ms", percentile(s.latencies_ms, 95)}});
}

void statistics(const ApiDeps& deps, const Call& call) {
    const auto page = page_asked(call);
    if (!page) return call.fail(page.error());
    const std::string text = call.request->query_param("days").value_or("30");
    const bool digits = !text.empty() && text.size() <= 3 && text.find_first_not_of("0123456789") == std::string::npos;
    const int64_t days = digits ? std::stoll(text) : 0;
    if (days < 1 || days > 366) return call.fail(problem(422, "out_of_range", "days is a number from 1 to 366."));
    const int64_t since = deps.service.deps().store.clock().now_ms() - days * kDayMs;
    Value data = deps.service.deps().store.read([&](store::Session& db) {
        std::map<std::string, Sums> all;
        static const std::string sql = std::string("SELECT ") + payments::kPaymentColumns + " FROM payments WHERE created_at >= $1 AND ($2 = '' OR mode = $2)";
        {
            auto rows = db.query(sql.c_str(), since, page->mode);
            while (rows.next()) {
                const payments::Payment p = payments::read_payment_row(rows);
                count(p, all[p.integration]);
            }
        }
        add_latencies(db, since, all);
        Value list = Value::array();
        for (auto& [integration, sums] : all) list.push(shown(integration, sums));
        return list;
    });
    call.answer(200, Value::object({{"days", days}, {"data", std::move(data)}}));
}

}  // namespace

void add_statistics_routes(const ApiDeps& deps) {
    add_route(deps, {"GET", "/v1/statistics", "payments"}, [deps](const Call& call) { statistics(deps, call); });
    deps.router.add({"GET", "/v1/portal/brand", ""}, [deps](const http::RequestPtr&, http::Reply reply) { reply.send(http::json_response(200, deps.control.brand())); });
}

}  // namespace turnpike::app
