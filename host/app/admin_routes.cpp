#include <algorithm>
#include <atomic>

#include "host/app/api.hpp"
#include "host/base/crypto.hpp"
#include "host/base/encoding.hpp"
#include "host/events/outbox.hpp"
#include "host/json/read.hpp"
#include "host/json/write.hpp"
#include "host/ledger/seal.hpp"
#include "host/ledger/verify.hpp"

namespace turnpike::app {
namespace {

using json::Value;

void list_events(const ApiDeps& deps, const Call& call) {
    const auto page = page_asked(call);
    if (!page) return call.fail(page.error());
    const auto after = page->after.empty() ? std::optional<int64_t>(0) : row_number(page->after);
    if (!after) return call.fail(problem(422, "cursor_invalid", "after is the sequence of an event."));
    const std::string order = call.request->query_param("order").value_or("");
    if (!order.empty() && order != "newest") return call.fail(problem(422, "order_invalid", "order is newest, or left out."));
    const bool newest = !order.empty();
    const events::Page read = deps.service.deps().store.read_durable([&](store::Session& db) {
        return newest ? events::read_newest(db, page->after.empty() ? INT64_MAX : *after, page->limit, page->mode) : events::read(db, *after, page->limit, page->mode);
    });
    const bool more = !newest || read.events.size() == static_cast<size_t>(page->limit);
    Value data = Value::array();
    for (const Value& event : read.events) data.push(event);
    call.answer(200, page_json(std::move(data), more ? std::to_string(read.last) : ""));
}

Value texts(const std::vector<std::string>& list) {
    Value out = Value::array();
    for (const std::string& item : list) out.push(item);
    return out;
}

void create_token(const ApiDeps& deps, const Call& call) {
    auto body = Body::read(*call.request);
    if (!body) return call.fail(body.error());
    const std::string name = body->need("name", 64);
    std::vector<std::string> scopes = body->texts("scopes");
    std::vector<std::string> modes = body->texts("modes");
    const auto expires_s = body->integer("expires_in_s", 60, 10LL * 365 * 86400);
    if (scopes.empty()) body->fault("/scopes", "missing_field", "scopes is a list such as [\"payments\"].");
    for (const std::string& scope : scopes) {
        const auto& known = known_scopes();
        if (scope != "*" && std::find(known.begin(), known.end(), scope) == known.end()) body->fault("/scopes", "not_allowed", "There is no scope " + scope + ".");
        else if (!call.who.may(scope)) body->fault("/scopes", "forbidden", "A token cannot grant a scope it lacks: " + scope + ".");
    }
    if (modes.empty()) modes = {"test"};
    for (const std::string& mode : modes)
        if (!call.who.in_mode(mode)) body->fault("/modes", "forbidden", "A token cannot grant a mode it lacks: " + mode + ".");
    if (auto wrong = body->finish()) return call.fail(*wrong);
    std::string secret(24, '\0');
    deps.random.fill(secret.data(), secret.size());
    const std::string token = "tpk_" + to_base64url(secret);
    payments::in_unit<payments::Answered>(deps.service.deps().store, [name, scopes, modes, expires_s, token, who = call.who.name](store::Tx& tx) {
        const int64_t added = tx.db.run("INSERT INTO tokens (name, hash, scopes, modes, created_at, expires_at) VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT DO NOTHING",
                                        name, store::Blob{sha256(token)}, json::write(texts(scopes)), json::write(texts(modes)), tx.now_ms,
                                        expires_s ? std::optional<int64_t>(tx.now_ms + *expires_s * 1000) : std::nullopt);
        if (!added) payments::refuse(409, "token_exists", "There is a token " + name + " already.");
        tx.db.run("INSERT INTO audit (at, actor, action, object, detail) VALUES ($1, $2, 'token.create', $3, '{}')", tx.now_ms, who, name);
        return payments::Answered{201, Value::object({{"name", name}, {"token", token}, {"scopes", texts(scopes)}, {"modes", texts(modes)}})};
    }, [deps, then = call.then()](Result<payments::Answered> answered) {
        deps.tokens.reload();
        then(std::move(answered));
    });
}

void list_tokens(const ApiDeps& deps, const Call& call) {
    deps.service.deps().store.read([&](store::Session& db) {
        Value data = Value::array();
        auto rows = db.query("SELECT name, scopes, modes, created_at, expires_at, last_used_at FROM tokens WHERE revoked_at IS NULL ORDER BY name");
        auto time = [](std::optional<int64_t> at) { return at ? Value(rfc3339(*at).text) : Value(); };
        while (rows.next())
            data.push(Value::object({{"name", rows.text(0)}, {"scopes", json::read(rows.view(1)).value_or(Value())}, {"modes", json::read(rows.view(2)).value_or(Value())},
                                     {"created_at", time(rows.integer(3))}, {"expires_at", time(rows.maybe_integer(4))}, {"last_used_at", time(rows.maybe_integer(5))}}));
        call.answer(200, page_json(std::move(data), ""));
        return 0;
    });
}

void revoke_token(const ApiDeps& deps, const Call& call) {
    payments::in_unit<payments::Answered>(deps.service.deps().store, [name = call.request->param("name"), who = call.who.name](store::Tx& tx) {
        if (tx.db.run("UPDATE tokens SET revoked_at = $2 WHERE name = $1 AND revoked_at IS NULL", name, tx.now_ms) == 0) payments::refuse(404, "not_found", "There is no token " + name + ".");
        tx.db.run("INSERT INTO audit (at, actor, action, object, detail) VALUES ($1, $2, 'token.revoke', $3, '{}')", tx.now_ms, who, name);
        return payments::Answered{200, Value::object({{"name", name}, {"revoked", true}})};
    }, [deps, then = call.then()](Result<payments::Answered> answered) {
        deps.tokens.reload();
        then(std::move(answered));
    });
}

void list_audit(const ApiDeps& deps, const Call& call) {
    const auto page = page_asked(call);
    if (!page) return call.fail(page.error());
    deps.service.deps().store.read([&](store::Session& db) {
        auto rows = db.query("SELECT n, at, actor, action, object, detail FROM audit WHERE n < $1 ORDER BY n DESC LIMIT $2",
                             row_number(page->after).value_or(INT64_MAX), page->limit);
        Value data = Value::array();
        std::string last;
        while (rows.next()) {
            last = std::to_string(rows.integer(0));
            data.push(Value::object({{"id", last}, {"at", rfc3339(rows.integer(1)).text}, {"actor", rows.text(2)}, {"action", rows.text(3)}, {"object", rows.text(4)},
                                     {"detail", json::read(rows.view(5)).value_or(Value())}}));
        }
        const bool full = data.items().size() == static_cast<size_t>(page->limit);
        call.answer(200, page_json(std::move(data), full ? last : ""));
        return 0;
    });
}

/// Reads the whole journal: one at a time, so that nobody fills the request workers with it.
void verify_ledger(const ApiDeps& deps, const Call& call, std::atomic<bool>& running) {
    if (running.exchange(true)) return call.fail(problem(409, "verification_running", "The journal is being verified; ask again when that has ended."));
    const auto free = std::shared_ptr<void>(nullptr, [&running](void*) { running = false; });
    const std::string head = call.request->query_param("head").value_or("");
    const ledger::Report report = deps.service.deps().store.read([&](store::Session& db) { return ledger::verify(db, head.empty() ? std::nullopt : std::optional(head)); });
    Value findings = Value::array();
    for (const auto& f : report.findings) findings.push(Value::object({{"what", f.what}, {"n", f.n}, {"detail", f.detail}}));
    call.answer(200, Value::object({{"rows", report.rows}, {"entries", report.entries}, {"seals", report.seals}, {"head", report.head}, {"findings", std::move(findings)}}));
}

}  // namespace

void add_admin_routes(const ApiDeps& deps) {
    add_route(deps, {"GET", "/v1/events", "events"}, [deps](const Call& call) { list_events(deps, call); });
    add_route(deps, {"POST", "/v1/tokens", "admin"}, [deps](const Call& call) { create_token(deps, call); });
    add_route(deps, {"GET", "/v1/tokens", "admin"}, [deps](const Call& call) { list_tokens(deps, call); });
    add_route(deps, {"DELETE", "/v1/tokens/{name}", "admin"}, [deps](const Call& call) { revoke_token(deps, call); });
    add_route(deps, {"GET", "/v1/audit", "audit"}, [deps](const Call& call) { list_audit(deps, call); });
    const auto verifying = std::make_shared<std::atomic<bool>>(false);
    add_route(deps, {"GET", "/v1/ledger/verify", "ledger"}, [deps, verifying](const Call& call) { verify_ledger(deps, call, *verifying); });
    add_route(deps, {"GET", "/v1/ledger/head", "ledger"}, [deps](const Call& call) {
        const ledger::Head head = deps.service.deps().store.read_durable([](store::Session& db) { return ledger::head(db); });
        call.answer(200, Value::object({{"head", head.text()}, {"journal_to", head.journal_to}, {"at", head.at ? Value(rfc3339(head.at).text) : Value()}}));
    });
}

}  // namespace turnpike::app
