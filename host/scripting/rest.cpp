#include "host/scripting/rest.hpp"

#include "host/json/read.hpp"
#include "host/scripting/numbers.hpp"

namespace turnpike::scripting {
namespace {

using json::Value;
using payments::refuse;

constexpr int kMostRows = 100;

/// "did/num_1?s=44" in its parts; the query also as the call's second argument.
struct Path {
    std::string area, key;
    Value query = Value::object();
};

Path path_of(const Value& asked) {
    Path out;
    std::string text = asked.text("path");
    if (const Value* value = asked.find("value"); value && value->is_object() && asked.text("method") == "GET") out.query = *value;
    if (const size_t mark = text.find('?'); mark != std::string::npos) {
        for (size_t from = mark + 1; from < text.size();) {
            const size_t end = std::min(text.find('&', from), text.size()), equals = text.find('=', from);
            if (equals < end) out.query.set(text.substr(from, equals - from), text.substr(equals + 1, end - equals - 1));
            from = end + 1;
        }
        text.resize(mark);
    }
    const size_t slash = text.find('/');
    out.area = text.substr(0, slash);
    if (slash != std::string::npos) out.key = text.substr(slash + 1);
    return out;
}

Value balances_of(store::Session& db, const std::string& customer, const std::string& mode) {
    Value out = Value::array();
    auto rows = db.query("SELECT currency, balance FROM balances WHERE customer = $1 AND mode = $2", customer, mode);
    while (rows.next())
        if (const auto currency = money::Currency::of(rows.text(0))) out.push(Value::object({{"currency", rows.text(0)}, {"credit", money::format(rows.integer(1), *currency)}}));
    return out;
}

Value customers(store::Session& db, const Path& path, const std::string& mode) {
    Value out = Value::array();
    auto rows = db.query("SELECT id, name, email FROM customers WHERE erased_at IS NULL AND ($1 = '' OR id = $1) ORDER BY seq LIMIT $2", path.key, kMostRows);
    while (rows.next()) out.push(Value::object({{"id", rows.text(0)}, {"name", rows.maybe_text(1)}, {"email", rows.maybe_text(2)}}));
    if (path.key.empty()) return out;
    if (out.items().empty()) refuse(404, "not_found", "404 there is no customer " + path.key);
    Value one = out.items()[0];
    return one.set("balances", balances_of(db, path.key, mode));
}

Value dids(store::Session& db, const Path& path, const payments::Integration& integration) {
    Value out = Value::array();
    const std::string prefix = path.query.text("s"), id = path.key.empty() ? path.query.text("id") : path.key;
    for (const Number& one : list_numbers(db, {integration.id(), integration.source.mode(), "held", ""}, 10'000)) {
        const bool wanted = (id.empty() || one.id == id || one.did == id) && (prefix.empty() || one.did.rfind(prefix, 0) == 0);
        if (wanted) out.push(Value::object({{"id", one.id}, {"did", one.did}, {"customer_id", one.customer}, {"company", one.company}}));
    }
    if (path.key.empty()) return out;
    if (out.items().empty()) refuse(404, "not_found", "404 there is no number " + path.key);
    return out.items()[0];
}

void assign(const payments::ServiceDeps& deps, const payments::Integration& integration, const Path& path, const Value& asked, ValueThen then) {
    const Value* value = asked.find("value");
    const std::string customer = value ? value->text("customer_id") : "";
    if (integration.source.mode() == "test") return then(Value::object({{"status", "OK"}, {"dry_run", true}}));
    payments::in_unit<Value>(deps.store, [id = integration.id(), key = path.key, customer](store::Tx& tx) {
        auto known = tx.db.query("SELECT 1 FROM customers WHERE id = $1 AND erased_at IS NULL", customer);
        if (!customer.empty() && !known.next()) refuse(404, "not_found", "404 there is no customer " + customer);
        auto rows = tx.db.query("SELECT 1 FROM numbers WHERE integration = $1 AND (id = $2 OR did = $2) AND status = 'held'", id, key);
        if (!rows.next()) refuse(404, "not_found", "404 there is no number " + key);
        tx.db.run("UPDATE numbers SET customer = $3, updated_at = $4 WHERE integration = $1 AND (id = $2 OR did = $2) AND status = 'held'", id, key, customer.empty() ? std::optional<std::string>() : std::optional(customer), tx.now_ms);
        return Value::object({{"status", "OK"}});
    }, then);
}

}  // namespace

void rest(const payments::ServiceDeps& deps, const payments::Integration& integration, const Value& asked, ValueThen then) {
    const Path path = path_of(asked);
    const std::string method = asked.text("method");
    try {
        if (method == "GET" && path.area == "customer") return then(deps.store.read([&](store::Session& db) { return customers(db, path, integration.source.mode()); }));
        if (method == "GET" && path.area == "did") return then(deps.store.read([&](store::Session& db) { return dids(db, path, integration); }));
        if (method == "PUT" && path.area == "did" && !path.key.empty()) return assign(deps, integration, path, asked, then);
    } catch (const payments::Rejected& rejected) {
        return then(Failure(rejected.problem));
    }
    if (path.area == "customer" || path.area == "did" || path.area == "payment") return then(failure(403, "forbidden", "403 a script may not " + method + " " + path.area));
    then(failure(404, "not_found", "404 there is no " + path.area));
}

}  // namespace turnpike::scripting
