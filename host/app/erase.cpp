#include <algorithm>
#include <array>

#include "host/app/api.hpp"
#include "host/json/read.hpp"
#include "host/json/write.hpp"
#include "host/payments/unit.hpp"

namespace turnpike::app {
namespace {

using json::Value;

/// Free text of payments and refunds, wherever their JSON is kept; a refund's reason is free text too.
bool strip(Value& value, bool in_refund = false) {
    bool changed = false;
    if (value.is_array())
        for (Value& item : value.items()) changed |= strip(item);
    if (!value.is_object()) return changed;
    const bool refund = in_refund || value.text("id").rfind("ref_", 0) == 0;
    for (auto& [name, member] : value.members()) {
        const bool free = name == "description" || name == "metadata" || name == "note" || (refund && name == "reason");
        if (free && !member.is_null()) {
            member = Value();
            changed = true;
        } else {
            changed |= strip(member, refund);
        }
    }
    return changed;
}

std::vector<std::string> ids_of(store::Session& db, const std::string& customer) {
    std::vector<std::string> out{customer};
    auto rows = db.query("SELECT id FROM payments WHERE customer = $1 UNION SELECT r.id FROM refunds r JOIN payments p ON p.seq = r.payment WHERE p.customer = $1"
                         " UNION SELECT 'ent_' || (journal * 16) FROM notes WHERE customer = $1", customer);
    while (rows.next()) out.push_back(rows.text(0));
    return out;
}

bool about(std::string_view object, const std::vector<std::string>& ids) {
    return std::any_of(ids.begin(), ids.end(), [&](const std::string& id) { return object.find('"' + id + '"') != std::string_view::npos; });
}

struct Stripped {
    int64_t n;
    std::string object;
};

/// Events that tell of the customer, without the free text.  A pass over all of them, so not on the committer's thread.
std::vector<Stripped> stripped_events(store::Session& db, const std::vector<std::string>& ids) {
    std::vector<Stripped> out;
    int64_t after = 0;
    for (bool more = true; more;) {
        more = false;
        auto rows = db.query("SELECT n, object FROM events WHERE n > $1 ORDER BY n LIMIT 5000", after);
        while (rows.next()) {
            more = true;
            after = rows.integer(0);
            if (!about(rows.view(1), ids)) continue;
            auto object = json::read(rows.view(1));
            if (object && strip(*object)) out.push_back({after, json::write(*object)});
        }
    }
    return out;
}

std::vector<Stripped> stripped_timeline(store::Session& db, const std::string& customer) {
    std::vector<Stripped> out;
    auto rows = db.query("SELECT t.n, t.data FROM timeline t JOIN payments p ON p.seq = t.payment WHERE p.customer = $1", customer);
    while (rows.next()) {
        auto data = json::read(rows.view(1));
        if (data && strip(*data)) out.push_back({rows.integer(0), json::write(*data)});
    }
    return out;
}

/// Answers kept for repeated requests are days old at most.
void strip_answers(store::Tx& tx, const std::vector<std::string>& ids) {
    std::vector<std::array<std::string, 5>> found;
    {
        auto rows = tx.db.query("SELECT token, mode, route, key, object FROM idempotency");
        while (rows.next()) {
            if (!about(rows.view(4), ids)) continue;
            auto object = json::read(rows.view(4));
            if (object && strip(*object)) found.push_back({rows.text(0), rows.text(1), rows.text(2), rows.text(3), json::write(*object)});
        }
    }
    for (const auto& [token, mode, route, key, object] : found)
        tx.db.run("UPDATE idempotency SET object = $5 WHERE token = $1 AND mode = $2 AND route = $3 AND key = $4", token, mode, route, key, object);
}

void erase_contacts(store::Tx& tx, const std::string& id) {
    tx.db.run("DELETE FROM parked WHERE EXISTS (SELECT 1 FROM customers c WHERE c.id = $1 AND (instr(observation, c.email_folded) > 0 OR instr(observation, c.paypal_email) > 0))", id);
    tx.db.run("UPDATE customers SET name = NULL, email = NULL, phone = NULL, paypal_email = NULL, email_folded = NULL, metadata = '{}',"
              " erased_at = coalesce(erased_at, $2), updated_at = $2 WHERE id = $1", id, tx.now_ms);
    tx.db.run("DELETE FROM notes WHERE customer = $1", id);
    tx.db.run("UPDATE documents SET input = '{}', answer = '{}' WHERE customer = $1", id);
}

void erase_payments(store::Tx& tx, const std::string& id, const std::vector<Stripped>& events) {
    tx.db.run("DELETE FROM transcripts WHERE payment IN (SELECT seq FROM payments WHERE customer = $1)", id);
    tx.db.run("UPDATE inbox SET body = $2, head = '{}', remote_ip = '' WHERE payment IN (SELECT seq FROM payments WHERE customer = $1)", id, store::Blob{""});
    tx.db.run("UPDATE payments SET request = json_remove(request, '$.description', '$.metadata'), state = json_remove(state, '$.payer_email') WHERE customer = $1", id);
    tx.db.run("UPDATE refunds SET note = NULL, reason = NULL WHERE payment IN (SELECT seq FROM payments WHERE customer = $1)", id);
    for (const Stripped& row : stripped_timeline(tx.db, id)) tx.db.run("UPDATE timeline SET data = $2 WHERE n = $1", row.n, row.object);
    for (const Stripped& event : events) tx.db.run("UPDATE events SET object = $2 WHERE n = $1", event.n, event.object);
}

/// Who signed in for the customer cannot any more.
void erase_people(store::Tx& tx, const std::string& id) {
    for (const char* sql : {"DELETE FROM totp WHERE owner IN (SELECT id FROM users WHERE customer = $1)", "DELETE FROM recovery_codes WHERE owner IN (SELECT id FROM users WHERE customer = $1)",
                            "UPDATE challenges SET username = '', device = '', detail = '', provider_state = '{}' WHERE owner IN (SELECT id FROM users WHERE customer = $1)",
                            "DELETE FROM sessions WHERE customer = $1 OR user_id IN (SELECT id FROM users WHERE customer = $1)", "DELETE FROM portal_links WHERE customer = $1",
                            "UPDATE users SET username = 'erased-' || seq, password = '', disabled_at = coalesce(disabled_at, updated_at) WHERE customer = $1"})
        tx.db.run(sql, id);
}

/// Personal text goes; ids, amounts and hashes stay, so that the books still verify.
void erase_customer(const ApiDeps& deps, const Call& call) {
    store::Store& store = deps.service.deps().store;
    const std::string id = call.request->param("id");
    auto events = store.read([&](store::Session& db) { return stripped_events(db, ids_of(db, id)); });
    payments::in_unit<payments::Answered>(store, [id, events = std::move(events), who = call.who.name](store::Tx& tx) {
        load_customer(tx.db, id);
        strip_answers(tx, ids_of(tx.db, id));
        erase_contacts(tx, id);
        erase_payments(tx, id, events);
        erase_people(tx, id);
        tx.db.run("INSERT INTO audit (at, actor, action, object, detail) VALUES ($1, $2, 'customer.erase', $3, '{}')", tx.now_ms, who, id);
        return payments::Answered{200, load_customer(tx.db, id)};
    }, [&store, then = call.then()](Result<payments::Answered> answered) {
        if (answered) store.scrub();
        then(std::move(answered));
    });
}

}  // namespace

void add_erase_routes(const ApiDeps& deps) {
    add_route(deps, {"POST", "/v1/customers/{id}/erase", "customers"}, [deps](const Call& call) { erase_customer(deps, call); });
}

}  // namespace turnpike::app
