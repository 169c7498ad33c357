#include "host/app/api.hpp"
#include "host/base/address_ranges.hpp"
#include "host/payments/view.hpp"

namespace turnpike::app {
namespace {

using json::Value;

/// The payment a request names must be of a mode the token acts in.
std::optional<Problem> not_theirs(const ApiDeps& deps, const Call& call) {
    const std::string& id = call.request->param("id");
    return deps.service.deps().store.read([&](store::Session& db) -> std::optional<Problem> {
        auto rows = db.query("SELECT mode FROM payments WHERE id = $1", id);
        if (!rows.next()) return problem(404, "not_found", "There is no payment " + id + ".");
        if (!call.who.in_mode(rows.text(0))) return problem(403, "forbidden", "This token does not act in " + rows.text(0) + " mode.");
        return std::nullopt;
    });
}

void create_payment(const ApiDeps& deps, const Call& call) {
    auto body = Body::read(*call.request);
    if (!body) return call.fail(body.error());
    payments::CreateRequest r;
    r.customer = body->need("customer", 64);
    r.integration = body->need("integration", 63);
    r.amount = body->need("amount", 40);
    r.currency = body->need("currency", 3);
    r.return_url = body->url("return_url", true);
    r.cancel_url = body->url("cancel_url", false);
    r.description = body->text("description", 500);
    r.method = body->text("method", 64);
    r.locale = body->text("locale", 35);
    r.quote = body->text("quote", 64);
    r.ip = body->text("ip", 45);
    if (!r.ip.empty() && !address_bytes(r.ip)) body->fault("/ip", "ip_invalid", "This is no IPv4 or IPv6 address.");
    r.manual_capture = body->word("capture", {"automatic", "manual"}, "automatic") == "manual";
    r.metadata = body->texts_object("metadata");
    if (auto wrong = body->finish()) return call.fail(*wrong);
    const auto integration = deps.service.deps().integrations.find(r.integration);
    if (!integration) return call.fail(problem(422, "unknown_integration", "There is no integration " + r.integration + "."));
    r.mode = integration->source.mode();
    if (!call.who.in_mode(r.mode)) return call.fail(problem(403, "forbidden", "This token does not act in " + r.mode + " mode."));
    auto key = idempotency_key(call, r.mode);
    if (!key) return call.fail(key.error());
    r.key = std::move(*key);
    deps.service.create(r, call.then());
}

void create_quote(const ApiDeps& deps, const Call& call) {
    auto body = Body::read(*call.request);
    if (!body) return call.fail(body.error());
    const std::string integration = body->need("integration", 63);
    const std::string currency = body->need("currency", 3);
    const std::string amount = body->need("amount", 40);
    body->text("customer", 64);
    if (auto wrong = body->finish()) return call.fail(*wrong);
    deps.service.quote(integration, currency, amount, call.then());
}

void show_payment(const ApiDeps& deps, const Call& call) {
    if (auto wrong = not_theirs(deps, call)) return call.fail(*wrong);
    call.answer(200, deps.service.deps().store.read([&](store::Session& db) { return payments::payment_json(*payments::load_payment(db, call.request->param("id"))); }));
}

/// capture and refunds: an amount, perhaps a reason, and a key.
void money_act(const ApiDeps& deps, const Call& call, bool refunds) {
    if (auto wrong = not_theirs(deps, call)) return call.fail(*wrong);
    auto body = Body::read(*call.request);
    if (!body) return call.fail(body.error());
    const std::string amount = body->text("amount", 40);
    const std::string reason = refunds ? body->text("reason", 255) : std::string();
    if (auto wrong = body->finish()) return call.fail(*wrong);
    const auto key = idempotency_key(call, "");
    if (!key) return call.fail(key.error());
    if (refunds) deps.service.refund(call.request->param("id"), amount, reason, *key, call.then());
    else deps.service.capture(call.request->param("id"), amount, *key, call.then());
}

void operator_act(const ApiDeps& deps, const Call& call, const std::string& act) {
    if (auto wrong = not_theirs(deps, call)) return call.fail(*wrong);
    auto body = Body::read(*call.request);
    if (!body) return call.fail(body.error());
    const std::string customer = act == "assign" ? body->need("customer", 64) : std::string();
    const bool remember = act == "assign" && body->boolean("remember_payer").value_or(false);
    const std::string reason = act == "release" || act == "reject" ? body->text("reason", 255) : std::string();
    const std::string received = act == "complete" ? body->need("received", 40) : std::string();
    const std::string reference = act == "complete" ? body->need("reference", 255) : std::string();
    if (auto wrong = body->finish()) return call.fail(*wrong);
    const std::string& id = call.request->param("id");
    if (act == "assign") deps.service.assign(id, customer, remember, call.who.name, call.then());
    else if (act == "release") deps.service.release(id, reason, call.who.name, call.then());
    else if (act == "reject") deps.service.reject(id, reason, call.who.name, call.then());
    else deps.service.complete_manually(id, received, reference, call.who.name, call.then());
}

void list_refunds(const ApiDeps& deps, const Call& call) {
    if (auto wrong = not_theirs(deps, call)) return call.fail(*wrong);
    deps.service.deps().store.read([&](store::Session& db) {
        const auto payment = payments::load_payment(db, call.request->param("id"));
        Value data = Value::array();
        const auto refunds = payments::refunds_of_payment(db, payment->seq);
        for (auto r = refunds.rbegin(); r != refunds.rend(); ++r) data.push(payments::refund_json(*r));
        call.answer(200, page_json(std::move(data), ""));
        return 0;
    });
}

}  // namespace

void add_payment_routes(const ApiDeps& deps) {
    add_route(deps, {"POST", "/v1/quotes", "payments"}, [deps](const Call& call) { create_quote(deps, call); });
    add_route(deps, {"POST", "/v1/payments", "payments"}, [deps](const Call& call) { create_payment(deps, call); });
    add_route(deps, {"GET", "/v1/payments/{id}", "payments"}, [deps](const Call& call) { show_payment(deps, call); });
    add_route(deps, {"POST", "/v1/payments/{id}/capture", "payments"}, [deps](const Call& call) { money_act(deps, call, false); });
    add_route(deps, {"POST", "/v1/payments/{id}/refunds", "refunds"}, [deps](const Call& call) { money_act(deps, call, true); });
    add_route(deps, {"GET", "/v1/payments/{id}/refunds", "payments"}, [deps](const Call& call) { list_refunds(deps, call); });
    add_route(deps, {"POST", "/v1/payments/{id}/cancel", "payments"}, [deps](const Call& call) {
        if (auto wrong = not_theirs(deps, call)) return call.fail(*wrong);
        deps.service.cancel(call.request->param("id"), call.then());
    });
    add_route(deps, {"POST", "/v1/payments/{id}/refresh", "payments"}, [deps](const Call& call) {
        if (auto wrong = not_theirs(deps, call)) return call.fail(*wrong);
        deps.service.refresh(call.request->param("id"), call.then());
    });
    for (const char* act : {"assign", "release", "reject", "complete"})
        add_route(deps, {"POST", std::string("/v1/payments/{id}/") + act, "operations"}, [deps, act](const Call& call) { operator_act(deps, call, act); });
}

}  // namespace turnpike::app
