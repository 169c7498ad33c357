#include "host/app/api.hpp"

namespace turnpike::app {
namespace {

using json::Value;
using payments::refuse;

/// "+44 20-7946" as "+44207946"; a fault when it is no number.
std::string did_of(Body& body) {
    std::string out;
    for (const char c : body.need("did", 40)) {
        if (c == ' ' || c == '-' || c == '.' || c == '(' || c == ')') continue;
        out += c;
    }
    const size_t plus = !out.empty() && out[0] == '+' ? 1 : 0;
    const bool digits = out.find_first_not_of("0123456789", plus) == std::string::npos && out.size() >= plus + 3 && out.size() <= plus + 20;
    if (!out.empty() && !digits) body.fault("/did", "wrong_type", "A number has 3 to 20 digits, + before them or not.");
    return out;
}

/// The integration named in a body, in a mode the caller may act in; answers otherwise.
bool allowed(const ApiDeps& deps, const Call& call, const std::string& integration, const char* op, std::string& mode) {
    auto found = deps.numbers.usable(integration, op);
    if (!found) return call.fail(found.error()), false;
    mode = (*found)->source.mode();
    if (call.who.in_mode(mode)) return true;
    call.fail(problem(403, "forbidden", "This token does not act in " + mode + " mode."));
    return false;
}

void search_numbers(const ApiDeps& deps, const Call& call) {
    const std::string integration = call.request->query_param("integration").value_or(""), number = call.request->query_param("number").value_or("");
    std::string mode;
    if (integration.empty()) return call.fail(problem(422, "missing_field", "Say which integration is to search."));
    if (number.size() > 40) return call.fail(problem(422, "too_long", "number may have 40 bytes."));
    if (!allowed(deps, call, integration, "numbers.search/1", mode)) return;
    deps.numbers.search(integration, number, [call](Result<Value> found) {
        if (!found) return call.fail(found.error());
        call.answer(200, page_json(*found, ""));
    });
}

void allocate_number(const ApiDeps& deps, const Call& call) {
    auto body = Body::read(*call.request);
    if (!body) return call.fail(body.error());
    const std::string integration = body->need("integration", 63), did = did_of(*body);
    if (auto wrong = body->finish()) return call.fail(*wrong);
    std::string mode;
    if (!allowed(deps, call, integration, "numbers.allocate/1", mode)) return;
    const auto key = idempotency_key(call, mode);
    if (!key) return call.fail(key.error());
    deps.numbers.allocate(integration, did, *key, call.then());
}

void release_number(const ApiDeps& deps, const Call& call) {
    auto body = Body::read(*call.request);
    if (!body) return call.fail(body.error());
    const std::string integration = body->need("integration", 63), did = did_of(*body);
    if (auto wrong = body->finish()) return call.fail(*wrong);
    std::string mode;
    if (allowed(deps, call, integration, "numbers.release/1", mode)) deps.numbers.release(integration, did, call.then());
}

void list_booked_numbers(const ApiDeps& deps, const Call& call) {
    const auto page = page_asked(call);
    if (!page) return call.fail(page.error());
    const std::string integration = call.request->query_param("integration").value_or(""), status = call.request->query_param("status").value_or("");
    deps.service.deps().store.read([&](store::Session& db) {
        Value data = Value::array();
        std::string next, last;
        for (const scripting::Number& n : scripting::list_numbers(db, {integration, page->mode, status, page->after}, page->limit + 1)) {
            if (data.items().size() == static_cast<size_t>(page->limit)) {
                next = last;
                break;
            }
            last = n.id;
            data.push(scripting::number_json(n));
        }
        call.answer(200, page_json(std::move(data), next));
        return 0;
    });
}

void compare_numbers(const ApiDeps& deps, const Call& call) {
    const std::string integration = call.request->query_param("integration").value_or("");
    std::string mode;
    if (integration.empty()) return call.fail(problem(422, "missing_field", "Say which integration's numbers are meant."));
    if (!allowed(deps, call, integration, "numbers.list/1", mode)) return;
    deps.numbers.compare(integration, [call](Result<Value> found) {
        if (!found) return call.fail(found.error());
        call.answer(200, *found);
    });
}

Value company_json(const store::Rows& rows) {
    Value kinds = Value::array();
    if (rows.integer(2)) kinds.push("carrier");
    if (rows.integer(3)) kinds.push("customer");
    return Value::object({{"id", rows.text(0)}, {"name", rows.text(1)}, {"kinds", std::move(kinds)}, {"created_at", rfc3339(rows.integer(4)).text}});
}

void create_company(const ApiDeps& deps, const Call& call) {
    auto body = Body::read(*call.request);
    if (!body) return call.fail(body.error());
    std::string id = body->text("id", 63);
    const std::string name = body->need("name", 200);
    bool carrier = false, customer = false;
    for (const std::string& kind : body->texts("kinds")) {
        if (kind != "carrier" && kind != "customer") body->fault("/kinds", "not_allowed", "kinds are carrier and customer.");
        carrier = carrier || kind == "carrier";
        customer = customer || kind == "customer";
    }
    if (!carrier && !customer) body->fault("/kinds", "missing_field", "A company is a carrier, a customer, or both.");
    if (auto wrong = body->finish()) return call.fail(*wrong);
    if (id.empty()) id = deps.service.deps().ids.make("com_");
    payments::in_unit<Value>(deps.service.deps().store, [id, name, carrier, customer](store::Tx& tx) {
        auto taken = tx.db.query("SELECT 1 FROM companies WHERE id = $1", id);
        if (taken.next()) refuse(409, "company_exists", "There is a company " + id + " already.");
        tx.db.run("INSERT INTO companies (id, name, carrier, customer, created_at) VALUES ($1, $2, $3, $4, $5)", id, name, carrier, customer, tx.now_ms);
        auto rows = tx.db.query("SELECT id, name, carrier, customer, created_at FROM companies WHERE id = $1", id);
        rows.next();
        return company_json(rows);
    }, [call](Result<Value> made) {
        if (!made) return call.fail(made.error());
        call.answer(201, *made);
    });
}

/// Carriers first: they are whom numbers are usually booked under.
void list_companies(const ApiDeps& deps, const Call& call) {
    deps.service.deps().store.read([&](store::Session& db) {
        Value data = Value::array();
        auto rows = db.query("SELECT id, name, carrier, customer, created_at FROM companies ORDER BY carrier DESC, name LIMIT 1000");
        while (rows.next()) data.push(company_json(rows));
        call.answer(200, page_json(std::move(data), ""));
        return 0;
    });
}

}  // namespace

void add_number_routes(const ApiDeps& deps) {
    add_route(deps, {"GET", "/v1/numbers/search", "numbers"}, [deps](const Call& call) { search_numbers(deps, call); });
    add_route(deps, {"POST", "/v1/numbers/allocate", "numbers"}, [deps](const Call& call) { allocate_number(deps, call); });
    add_route(deps, {"POST", "/v1/numbers/release", "numbers"}, [deps](const Call& call) { release_number(deps, call); });
    add_route(deps, {"GET", "/v1/numbers", "numbers"}, [deps](const Call& call) { list_booked_numbers(deps, call); });
    add_route(deps, {"GET", "/v1/numbers/compare", "numbers"}, [deps](const Call& call) { compare_numbers(deps, call); });
    add_route(deps, {"POST", "/v1/companies", "numbers"}, [deps](const Call& call) { create_company(deps, call); });
    add_route(deps, {"GET", "/v1/companies", "numbers"}, [deps](const Call& call) { list_companies(deps, call); });
}

}  // namespace turnpike::app
