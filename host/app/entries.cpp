#include "host/app/api.hpp"
#include "host/json/read.hpp"
#include "host/ledger/journal.hpp"
#include "host/payments/posting.hpp"
#include "host/payments/unit.hpp"

namespace turnpike::app {
namespace {

using json::Value;
using payments::refuse;

void need_customer(store::Session& db, const std::string& id) {
    auto rows = db.query("SELECT 1 FROM customers WHERE id = $1", id);
    if (!rows.next()) refuse(404, "not_found", "There is no customer " + id + ".");
}

std::string shown(int64_t minor, const std::string& code) { return money::format(minor, money::Currency::of(code).value()); }

/// Principal of payments that are pending or authorized, by currency and mode.
std::map<std::pair<std::string, std::string>, int64_t> pending_of(store::Session& db, const std::string& customer) {
    std::map<std::pair<std::string, std::string>, int64_t> out;
    auto rows = db.query("SELECT currency, mode, sum(amount) FROM payments WHERE customer = $1 AND status IN ('pending', 'authorized') GROUP BY currency, mode", customer);
    while (rows.next()) out[{rows.text(0), rows.text(1)}] = rows.integer(2);
    return out;
}

void show_balance(const ApiDeps& deps, const Call& call) {
    const auto page = page_asked(call);
    if (!page) return call.fail(page.error());
    const std::string id = call.request->param("id");
    deps.service.deps().store.read([&](store::Session& db) {
        need_customer(db, id);
        std::map<std::pair<std::string, std::string>, std::pair<int64_t, int64_t>> both;
        auto rows = db.query("SELECT currency, mode, balance FROM balances WHERE customer = $1", id);
        while (rows.next()) both[{rows.text(0), rows.text(1)}].first = rows.integer(2);
        for (const auto& [key, minor] : pending_of(db, id)) both[key].second = minor;
        Value list = Value::array();
        for (const auto& [key, amounts] : both) {
            if (!page->mode.empty() && key.second != page->mode) continue;
            list.push(Value::object({{"currency", key.first}, {"mode", key.second}, {"balance", shown(amounts.first, key.first)}, {"pending", shown(amounts.second, key.first)}}));
        }
        call.answer(200, Value::object({{"balances", std::move(list)}}));
        return 0;
    });
}

/// What the caller said of an entry, or of the payment behind it.
Value description_of(const store::Rows& rows) {
    if (const auto own = rows.maybe_text(10)) return *own;
    const auto request = rows.is_null(11) ? tl::expected<Value, json::ReadError>(Value()) : json::read(rows.view(11));
    const Value* text = request ? request->find("description") : nullptr;
    return text ? *text : Value();
}

void show_ledger(const ApiDeps& deps, const Call& call) {
    const auto page = page_asked(call);
    if (!page) return call.fail(page.error());
    const std::string id = call.request->param("id");
    const int64_t before = row_number(page->after).value_or(INT64_MAX);
    deps.service.deps().store.read([&](store::Session& db) {
        need_customer(db, id);
        auto rows = db.query("SELECT e.n, j.at, j.type, j.payment, e.amount, j.currency, j.mode, e.balance_after, j.cause, w.reference, w.description, p.request FROM entries e JOIN journal j ON j.n = e.n / 16"
                             " LEFT JOIN notes w ON w.journal = j.n LEFT JOIN payments p ON p.id = j.payment"
                             " WHERE e.customer = $1 AND e.n < $2 AND ($3 = '' OR j.mode = $3) ORDER BY e.n DESC LIMIT $4",
                             id, before, page->mode, page->limit + 1);
        Value data = Value::array();
        std::string next;
        std::string last;
        while (rows.next()) {
            if (data.items().size() == static_cast<size_t>(page->limit)) {
                next = last;
                break;
            }
            last = std::to_string(rows.integer(0));
            const std::string code = rows.text(5);
            data.push(Value::object({{"id", "ent_" + last}, {"at", rfc3339(rows.integer(1)).text}, {"type", rows.text(2)}, {"payment", rows.maybe_text(3)},
                                     {"amount", shown(-rows.integer(4), code)}, {"currency", code}, {"mode", rows.text(6)},
                                     {"balance_after", shown(rows.integer(7), code)}, {"cause", rows.text(8)}, {"reference", rows.maybe_text(9)},
                                     {"description", description_of(rows)}}));
        }
        call.answer(200, page_json(std::move(data), next));
        return 0;
    });
}

struct EntryAsked {
    std::string customer, amount, currency, mode, type, reference, description;
    bool allow_negative = false;
};

Value entry_json(const EntryAsked& e, int64_t n, int64_t minor, money::Currency currency, int64_t after, int64_t at) {
    return Value::object({{"id", "ent_" + std::to_string(n * ledger::kEntriesMax)}, {"at", rfc3339(at).text}, {"type", e.type}, {"payment", Value()},
                          {"amount", money::format(minor, currency)}, {"currency", e.currency}, {"mode", e.mode}, {"balance_after", money::format(after, currency)},
                          {"reference", e.reference}, {"description", e.description}});
}

/// Signed decimal text; usage is written as what it costs and always takes away.
int64_t signed_amount(const EntryAsked& e, money::Currency currency) {
    const bool negative = !e.amount.empty() && e.amount[0] == '-';
    const auto amount = money::parse_positive_amount(negative ? e.amount.substr(1) : e.amount, currency);
    if (!amount) refuse(422, "amount_invalid", amount.error().detail);
    return negative || e.type == "usage" ? -amount->minor : amount->minor;
}

payments::Answered post_entry(store::Tx& tx, const Ids& ids, const EntryAsked& e, const payments::IdempotencyKey& key) {
    need_customer(tx.db, e.customer);
    const auto currency = money::Currency::of(e.currency);
    if (!currency) refuse(422, "unknown_currency", e.currency + " is no currency this host knows.");
    const auto claimed = payments::unwrap(payments::claim(tx, key, Value::object()));
    if (!claimed.fresh) return {201, claimed.object, true};
    const int64_t minor = signed_amount(e, *currency);
    const int64_t before = ledger::balance(tx.db, e.customer, e.currency, e.mode);
    if (minor < 0 && before + minor < 0 && !e.allow_negative) refuse(409, "insufficient_balance", "The balance is " + money::format(before, *currency) + ".");
    const int64_t n = payments::post_and_tell(tx, ids, {e.type, std::nullopt, "entry", e.currency, e.mode,
                                                        {{{ledger::Role::customer, e.customer}, -minor}, {{ledger::Role::adjustments, ""}, minor}}});
    if (!e.reference.empty() || !e.description.empty())
        tx.db.run("INSERT INTO notes (journal, customer, reference, description) VALUES ($1, $2, $3, $4)", n, e.customer, e.reference, e.description);
    const Value body = entry_json(e, n, minor, *currency, before + minor, tx.now_ms);
    payments::answer_claim(tx, key, 201, body);
    return {201, body};
}

void create_entry(const ApiDeps& deps, const Call& call) {
    auto body = Body::read(*call.request);
    if (!body) return call.fail(body.error());
    EntryAsked e;
    e.customer = call.request->param("id");
    e.amount = body->need("amount", 40);
    e.currency = body->need("currency", 3);
    e.mode = body->word("mode", {"test", "live"}, "test");
    e.type = body->word("type", {"usage", "adjustment", "opening"}, "");
    if (!body->has("type")) body->fault("/type", "missing_field", "type is usage, adjustment or opening.");
    e.reference = body->text("reference", 255);
    e.description = body->text("description", 500);
    e.allow_negative = body->boolean("allow_negative").value_or(false);
    if (auto wrong = body->finish()) return call.fail(*wrong);
    if (!call.who.in_mode(e.mode)) return call.fail(problem(403, "forbidden", "This token does not act in " + e.mode + " mode."));
    if (call.who.person && e.type != "usage" && !call.who.may("adjustments")) return call.fail(problem(403, "forbidden", "Your role may not adjust balances."));
    const auto key = idempotency_key(call, e.mode);
    if (!key) return call.fail(key.error());
    payments::in_unit<payments::Answered>(deps.service.deps().store, [&service = deps.service, e, key = *key](store::Tx& tx) {
        return post_entry(tx, service.deps().ids, e, key);
    }, call.then());
}

}  // namespace

void add_entry_routes(const ApiDeps& deps) {
    add_route(deps, {"GET", "/v1/customers/{id}/balance", "customers"}, [deps](const Call& call) { show_balance(deps, call); });
    add_route(deps, {"GET", "/v1/customers/{id}/ledger", "ledger"}, [deps](const Call& call) { show_ledger(deps, call); });
    add_route(deps, {"POST", "/v1/customers/{id}/entries", "ledger"}, [deps](const Call& call) { create_entry(deps, call); });
}

}  // namespace turnpike::app
