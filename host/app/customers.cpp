#include "host/app/api.hpp"
#include "host/events/outbox.hpp"
#include "host/json/read.hpp"
#include "host/json/write.hpp"
#include "host/ledger/journal.hpp"
#include "host/payments/match.hpp"
#include "host/payments/unit.hpp"

namespace turnpike::app {
namespace {

using json::Value;
using payments::refuse;

constexpr const char* kCustomerColumns = "id, name, email, phone, paypal_email, metadata, created_at, updated_at, erased_at, seq";

template <class Row>
Value customer_of(const Row& row) {
    const auto metadata = json::read(row.view(5));
    Value out = Value::object({{"id", row.text(0)}, {"name", row.maybe_text(1)}, {"email", row.maybe_text(2)}, {"phone", row.maybe_text(3)},
                               {"paypal_email", row.maybe_text(4)}, {"metadata", metadata ? *metadata : Value::object()},
                               {"created_at", rfc3339(row.integer(6)).text}, {"updated_at", rfc3339(row.integer(7)).text}});
    if (auto erased = row.maybe_integer(8)) out.set("erased_at", rfc3339(*erased).text);
    return out;
}

std::optional<std::string> folded(const std::optional<std::string>& email) {
    return email ? std::optional(payments::fold(*email)) : std::nullopt;
}

std::optional<std::string> member_text(const Value& v, std::string_view name) {
    const Value* member = v.find(name);
    const auto text = member ? member->string() : std::nullopt;
    return text && !text->empty() ? std::optional<std::string>(*text) : std::nullopt;
}

void check_free(store::Tx& tx, const std::string& id, const std::optional<std::string>& paypal) {
    if (!paypal) return;
    auto rows = tx.db.query("SELECT id FROM customers WHERE paypal_email = $1", *paypal);
    if (rows.next() && rows.view(0) != id) refuse(409, "email_in_use", "Another customer has this PayPal address.");
}

/// Writes what `v` says of a customer that exists.
void write_customer(store::Tx& tx, const std::string& id, const Value& v) {
    const auto paypal = folded(member_text(v, "paypal_email"));
    check_free(tx, id, paypal);
    const auto email = member_text(v, "email");
    const Value* metadata = v.find("metadata");
    tx.db.run("UPDATE customers SET name = $2, email = $3, phone = $4, paypal_email = $5, email_folded = $6, metadata = $7, updated_at = $8 WHERE id = $1",
              id, member_text(v, "name"), email, member_text(v, "phone"), paypal, folded(email), metadata && metadata->is_object() ? json::write(*metadata) : "{}", tx.now_ms);
}

bool is_customer_id(const std::string& id) {
    return !id.empty() && id.size() <= 64 && id.find_first_not_of("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-.") == std::string::npos;
}

/// The members of a customer a caller may write.
Value read_members(Body& body) {
    Value v = Value::object();
    for (const char* name : {"name", "email", "phone", "paypal_email"})
        if (std::string text = body.text(name, 320); !text.empty()) v.set(name, text);
    if (Value metadata = body.texts_object("metadata"); metadata.is_object()) v.set("metadata", std::move(metadata));
    return v;
}

void create_customer(const ApiDeps& deps, const Call& call) {
    auto body = Body::read(*call.request);
    if (!body) return call.fail(body.error());
    std::string id = body->text("id", 64);
    if (!id.empty() && !is_customer_id(id)) body->fault("/id", "id_invalid", "An id is up to 64 letters, digits, dots, dashes and underscores.");
    const Value v = read_members(*body);
    if (auto wrong = body->finish()) return call.fail(*wrong);
    if (id.empty()) id = deps.service.deps().ids.make("cus_");
    payments::in_unit<payments::Answered>(deps.service.deps().store, [id, v](store::Tx& tx) {
        const int64_t added = tx.db.run("INSERT INTO customers (id, created_at, updated_at) VALUES ($1, $2, $2) ON CONFLICT (id) DO NOTHING", id, tx.now_ms);
        if (!added) refuse(409, "customer_exists", "There is a customer " + id + " already.");
        write_customer(tx, id, v);
        return payments::Answered{201, load_customer(tx.db, id)};
    }, call.then());
}

/// RFC 7396: members that are null are removed, others replaced.
void patch_customer(const ApiDeps& deps, const Call& call) {
    auto body = Body::read(*call.request);
    if (!body) return call.fail(body.error());
    read_members(*body);
    if (auto wrong = body->finish()) return call.fail(*wrong);
    payments::in_unit<payments::Answered>(deps.service.deps().store, [id = call.request->param("id"), patch = body->value()](store::Tx& tx) {
        Value v = load_customer(tx.db, id);
        if (v.find("erased_at")) refuse(409, "customer_erased", "This customer was erased.");
        for (const auto& [name, value] : patch.members()) {
            if (name != "metadata" || !value.is_object()) {
                v.set(name, value);
                continue;
            }
            Value metadata = *v.find("metadata");
            for (const auto& [key, item] : value.members()) item.is_null() ? metadata.erase(key) : static_cast<void>(metadata.set(key, item));
            v.set("metadata", std::move(metadata));
        }
        write_customer(tx, id, v);
        return payments::Answered{200, load_customer(tx.db, id)};
    }, call.then());
}

void list_customers(const ApiDeps& deps, const Call& call) {
    const auto page = page_asked(call);
    if (!page) return call.fail(page.error());
    const std::string search = call.request->query_param("email").value_or(""), named = call.request->query_param("q").value_or("");
    deps.service.deps().store.read([&](store::Session& db) {
        const int64_t before = row_number(page->after).value_or(INT64_MAX);
        std::string sql = "SELECT " + std::string(kCustomerColumns) + " FROM customers WHERE seq < $1";
        std::vector<std::string> values;
        auto add = [&](const std::string& value) { return values.push_back(value), "$" + std::to_string(values.size() + 2); };
        if (!search.empty()) {
            const std::string email = add(payments::fold(search));
            sql += " AND (email_folded = " + email + " OR paypal_email = " + email + ")";
        }
        if (!named.empty()) {
            const std::string name = add(named), email = add(payments::fold(named));
            sql += " AND (id = " + name + " OR email_folded = " + email + " OR paypal_email = " + email + " OR instr(lower(name), lower(" + name + ")) > 0)";
        }
        auto rows = db.prepare(sql + " ORDER BY seq DESC LIMIT $2");
        rows->bind(1, before);
        rows->bind(2, page->limit + 1);
        for (size_t i = 0; i < values.size(); ++i) rows->bind(static_cast<int>(i) + 3, values[i]);
        Value data = Value::array();
        std::string next;
        std::string last;
        while (rows->step()) {
            if (data.items().size() == static_cast<size_t>(page->limit)) next = last;
            else data.push(customer_of(*rows));
            last = std::to_string(rows->integer(9));
        }
        call.answer(200, page_json(std::move(data), next));
        return 0;
    });
}

}  // namespace

json::Value load_customer(store::Session& db, const std::string& id) {
    auto rows = db.query("SELECT id, name, email, phone, paypal_email, metadata, created_at, updated_at, erased_at, seq FROM customers WHERE id = $1", id);
    if (!rows.next()) refuse(404, "not_found", "There is no customer " + id + ".");
    return customer_of(rows);
}

void add_customer_routes(const ApiDeps& deps) {
    auto& service = deps.service;
    add_route(deps, {"POST", "/v1/customers", "customers"}, [deps](const Call& call) { create_customer(deps, call); });
    add_route(deps, {"GET", "/v1/customers", "customers"}, [deps](const Call& call) { list_customers(deps, call); });
    add_route(deps, {"GET", "/v1/customers/{id}", "customers"}, [&service](const Call& call) {
        call.answer(200, service.deps().store.read([&](store::Session& db) { return load_customer(db, call.request->param("id")); }));
    });
    add_route(deps, {"PATCH", "/v1/customers/{id}", "customers"}, [deps](const Call& call) { patch_customer(deps, call); });
}

}  // namespace turnpike::app
