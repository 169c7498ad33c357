#include "host/app/api.hpp"
#include "host/json/write.hpp"
#include "host/outgoing/deliveries.hpp"
#include "host/outgoing/signature.hpp"
#include "host/outgoing/target.hpp"

namespace turnpike::app {
namespace {

using json::Value;
using outgoing::Endpoint;
using payments::refuse;

constexpr int64_t kOldSecretMs = 24LL * 3600 * 1000;
constexpr size_t kTypesMax = 50;

void audit(store::Tx& tx, const Call& call, const char* action, const std::string& endpoint, const Value& detail) {
    tx.db.run("INSERT INTO audit (at, actor, action, object, detail) VALUES ($1, $2, $3, $4, $5)", tx.now_ms, call.who.name, action, endpoint, json::write(detail));
}

/// "payment.succeeded", a family "payment.*", never anything with other letters.
void read_types(Body& body, Endpoint& endpoint) {
    endpoint.types = body.texts("types");
    if (endpoint.types.size() > kTypesMax) body.fault("/types", "not_allowed", "At most 50 types.");
    for (const std::string& type : endpoint.types)
        if (type.size() < 3 || type.size() > 64 || type.find_first_not_of("abcdefghijklmnopqrstuvwxyz_.*") != std::string::npos || type.find('.') == std::string::npos)
            body.fault("/types", "not_allowed", "\"" + type + "\" is no type of event such as payment.succeeded, and no family such as payment.*.");
}

Endpoint must_find(store::Session& db, const Call& call) {
    auto found = outgoing::load_endpoint(db, call.request->param("id"));
    if (!found || !call.who.in_mode(found->mode)) refuse(404, "not_found", "There is no webhook endpoint " + call.request->param("id") + ".");
    return std::move(*found);
}

/// Changes the endpoint in a unit and answers with it; `secret` is shown this once.
void change_endpoint(const ApiDeps& deps, const Call& call, const char* action, int status, std::function<void(store::Tx&, Endpoint&)> work, const std::string& secret = {}) {
    payments::in_unit<Value>(deps.service.deps().store, [call, action, work = std::move(work), secret](store::Tx& tx) {
        Endpoint endpoint = must_find(tx.db, call);
        work(tx, endpoint);
        outgoing::save_endpoint(tx, endpoint);
        Value shown = outgoing::endpoint_json(tx.db, endpoint);
        audit(tx, call, action, endpoint.id, shown);
        return secret.empty() ? shown : shown.set("secret", secret);
    }, [call, status](Result<Value> shown) {
        if (!shown) return call.fail(shown.error());
        call.answer(status, *shown);
    });
}

void create_endpoint(const ApiDeps& deps, const Call& call) {
    auto body = Body::read(*call.request);
    if (!body) return call.fail(body.error());
    Endpoint endpoint;
    endpoint.url = body->need("url");
    endpoint.mode = body->word("mode", {"test", "live"}, "test");
    endpoint.description = body->text("description", 200);
    read_types(*body, endpoint);
    const std::string wrong_url = endpoint.url.empty() ? "" : outgoing::url_fault(endpoint.url, !deps.control.private_networks()->empty());
    if (!wrong_url.empty()) body->fault("/url", "url_invalid", wrong_url);
    if (!call.who.in_mode(endpoint.mode)) body->fault("/mode", "forbidden", "This token does not act in " + endpoint.mode + " mode.");
    if (auto wrong = body->finish()) return call.fail(*wrong);
    const auto& services = deps.service.deps();
    endpoint.id = services.ids.make("whe_");
    const std::string secret = outgoing::new_secret(deps.random);
    endpoint.secret = services.keyring.seal(endpoint.id, outgoing::kSecretField, secret, deps.random);
    payments::in_unit<Value>(services.store, [endpoint, call](store::Tx& tx) mutable {
        // It is told what happens from now on.
        auto rows = tx.db.query("SELECT coalesce(max(n), 0) FROM events");
        rows.next();
        endpoint.cursor = rows.integer(0);
        outgoing::save_endpoint(tx, endpoint);
        Value shown = outgoing::endpoint_json(tx.db, endpoint);
        audit(tx, call, "webhook_endpoint.create", endpoint.id, shown);
        return shown;
    }, [call, secret](Result<Value> shown) {
        if (!shown) return call.fail(shown.error());
        call.answer(201, shown->set("secret", secret));
    });
}

void update_endpoint(const ApiDeps& deps, const Call& call) {
    auto body = Body::read(*call.request);
    if (!body) return call.fail(body.error());
    Endpoint asked;
    const bool has_types = body->has("types"), has_description = body->has("description"), has_url = body->has("url");
    const auto enabled = body->boolean("enabled");
    if (has_types) read_types(*body, asked);
    if (has_description) asked.description = body->text("description", 200);
    if (has_url) asked.url = body->need("url");
    const std::string wrong_url = has_url && !asked.url.empty() ? outgoing::url_fault(asked.url, !deps.control.private_networks()->empty()) : "";
    if (!wrong_url.empty()) body->fault("/url", "url_invalid", wrong_url);
    if (auto wrong = body->finish()) return call.fail(*wrong);
    change_endpoint(deps, call, "webhook_endpoint.change", 200, [=](store::Tx&, Endpoint& endpoint) {
        if (has_types) endpoint.types = asked.types;
        if (has_description) endpoint.description = asked.description;
        if (has_url) endpoint.url = asked.url;
        if (!enabled) return;
        endpoint.enabled = *enabled;
        endpoint.disabled_reason = *enabled ? "" : "by " + call.who.name;
        if (*enabled) endpoint.failing_since.reset();
    });
}

void rotate_secret(const ApiDeps& deps, const Call& call) {
    const std::string secret = outgoing::new_secret(deps.random);
    const std::string sealed = deps.service.deps().keyring.seal(call.request->param("id"), outgoing::kSecretField, secret, deps.random);
    change_endpoint(deps, call, "webhook_endpoint.rotate", 200, [sealed](store::Tx& tx, Endpoint& endpoint) {
        endpoint.old_secret = endpoint.secret;
        endpoint.old_secret_until = tx.now_ms + kOldSecretMs;
        endpoint.secret = sealed;
    }, secret);
}

void list_endpoints(const ApiDeps& deps, const Call& call) {
    deps.service.deps().store.read([&](store::Session& db) {
        Value data = Value::array();
        for (const Endpoint& endpoint : outgoing::load_endpoints(db))
            if (call.who.in_mode(endpoint.mode)) data.push(outgoing::endpoint_json(db, endpoint));
        call.answer(200, page_json(std::move(data), ""));
        return 0;
    });
}

void show_endpoint(const ApiDeps& deps, const Call& call) {
    call.answer(200, deps.service.deps().store.read([&](store::Session& db) { return outgoing::endpoint_json(db, must_find(db, call)); }));
}

void delete_endpoint(const ApiDeps& deps, const Call& call) {
    payments::in_unit<bool>(deps.service.deps().store, [call](store::Tx& tx) {
        const Endpoint endpoint = must_find(tx.db, call);
        audit(tx, call, "webhook_endpoint.delete", endpoint.id, outgoing::endpoint_json(tx.db, endpoint));
        outgoing::remove_endpoint(tx, endpoint);
        return true;
    }, [call](Result<bool> removed) {
        if (!removed) return call.fail(removed.error());
        call.reply.send({204, {}, "", ""});
    });
}

void list_deliveries(const ApiDeps& deps, const Call& call) {
    const auto page = page_asked(call);
    if (!page) return call.fail(page.error());
    const auto before = page->after.empty() ? std::optional<int64_t>(INT64_MAX) : row_number(page->after);
    const std::string status = call.request->query_param("status").value_or("");
    if (!before) return call.fail(problem(422, "cursor_invalid", "after is the id of a delivery."));
    if (!status.empty() && status != "pending" && status != "delivered" && status != "given_up") return call.fail(problem(422, "not_allowed", "status is pending, delivered or given_up."));
    deps.service.deps().store.read([&](store::Session& db) {
        int64_t last = 0;
        Value data = outgoing::delivery_log(db, must_find(db, call), status, *before, page->limit, last);
        const bool more = data.items().size() == static_cast<size_t>(page->limit);
        call.answer(200, page_json(std::move(data), more ? std::to_string(last) : ""));
        return 0;
    });
}

void resend_events(const ApiDeps& deps, const Call& call) {
    auto body = Body::read(*call.request);
    if (!body) return call.fail(body.error());
    const std::string event = body->text("event", 64);
    const auto from = body->integer("from", 1, INT64_MAX), to = body->integer("to", 1, INT64_MAX);
    if (event.empty() == !from) body->fault("/event", "missing_field", "Give event, or from and perhaps to as sequences.");
    if (auto wrong = body->finish()) return call.fail(*wrong);
    payments::in_unit<int64_t>(deps.service.deps().store, [call, event, from, to](store::Tx& tx) {
        const Endpoint endpoint = must_find(tx.db, call);
        const int64_t count = outgoing::resend(tx, endpoint, event, from.value_or(0), to.value_or(INT64_MAX));
        if (count == 0 && !event.empty()) refuse(404, "not_found", "No event " + event + " was for this endpoint.");
        audit(tx, call, "webhook_endpoint.resend", endpoint.id, Value::object({{"events", count}}));
        return count;
    }, [call](Result<int64_t> count) {
        if (!count) return call.fail(count.error());
        call.answer(202, Value::object({{"resent", *count}}));
    });
}

}  // namespace

void add_outgoing_routes(const ApiDeps& deps) {
    const auto route = [&deps](const char* method, const char* path, void (*handler)(const ApiDeps&, const Call&)) {
        add_route(deps, {method, path, "events"}, [deps, handler](const Call& call) { handler(deps, call); });
    };
    route("POST", "/v1/webhook-endpoints", create_endpoint);
    route("GET", "/v1/webhook-endpoints", list_endpoints);
    route("GET", "/v1/webhook-endpoints/{id}", show_endpoint);
    route("PATCH", "/v1/webhook-endpoints/{id}", update_endpoint);
    route("DELETE", "/v1/webhook-endpoints/{id}", delete_endpoint);
    route("POST", "/v1/webhook-endpoints/{id}/rotate-secret", rotate_secret);
    route("GET", "/v1/webhook-endpoints/{id}/deliveries", list_deliveries);
    route("POST", "/v1/webhook-endpoints/{id}/resend", resend_events);
}

}  // namespace turnpike::app
