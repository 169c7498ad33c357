#include "host/base/clock.hpp"
#include "host/json/read.hpp"
#include "host/scripting/numbers.hpp"

namespace turnpike::scripting {

using json::Value;

Value number_json(const Number& n) {
    Value out = Value::object({{"id", n.id}, {"did", n.did}, {"status", n.status}, {"integration", n.integration}, {"mode", n.mode}, {"company", n.company}, {"customer", n.customer}});
    if (n.data.is_object()) out.set("data", n.data);
    return out.set("created_at", rfc3339(n.created_at).text).set("updated_at", rfc3339(n.updated_at).text);
}

std::vector<Number> list_numbers(store::Session& db, const NumberFilter& f, int limit) {
    std::vector<Number> out;
    auto rows = db.query("SELECT id, did, integration, mode, status, company, customer, data, created_at, updated_at FROM numbers WHERE ($1 = '' OR integration = $1) AND ($2 = '' OR mode = $2)"
                         " AND ($3 = '' OR status = $3) AND ($4 = '' OR seq < (SELECT seq FROM numbers WHERE id = $4)) ORDER BY seq DESC LIMIT $5", f.integration, f.mode, f.status, f.after, limit);
    while (rows.next())
        out.push_back({rows.text(0), rows.text(1), rows.text(2), rows.text(3), rows.text(4), rows.maybe_text(5), rows.maybe_text(6), json::read(rows.view(7)).value_or(Value::object()), rows.integer(8), rows.integer(9)});
    return out;
}

}  // namespace turnpike::scripting
