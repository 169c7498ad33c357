#include "host/app/api.hpp"
#include "host/app/integration_builder.hpp"
#include "host/app/integration_store.hpp"
#include "host/config/integration_json.hpp"
#include "host/json/read.hpp"
#include "host/json/write.hpp"
#include "host/payments/plugin_problem.hpp"
#include "host/payments/quote.hpp"

namespace turnpike::app {
namespace {

using json::Value;

Value shown(const ApiDeps& deps, const payments::Integration& integration, const Principal& who) {
    Value out = config::integration_json(integration.source.def, config::Secrets::masked, nullptr, nullptr);
    out.set("enabled", integration.enabled).set("available", integration.instance != nullptr);
    out.set("unavailable", integration.unavailable.empty() ? Value() : Value(integration.unavailable));
    out.set("runs_in", integration.instance ? Value(integration.instance->isolated() ? "worker" : "host") : Value());
    out.set("emulated", integration.route->sandbox_url.has_value()).set("source", integration.from_file ? "file" : "store");
    const config::Place& place = integration.source.def.place;
    const std::string name = place.file.substr(place.file.rfind('/') == std::string::npos ? 0 : place.file.rfind('/') + 1);
    out.set("declared_at", integration.from_file ? Value(name + ":" + std::to_string(place.line)) : Value());
    out.set("account", integration.source.account.empty() ? Value() : Value(integration.source.account));
    const auto failing = deps.control.failing(integration.id());
    out.set("health", failing ? "failing" : "ok");
    out.set("failing", failing ? Value::object({{"host", failing->host}, {"since", rfc3339(failing->since_unix_ms).text}}) : Value());
    const bool takes_messages = integration.manifest().operation("webhook.handle/1") != nullptr;
    return out.set("webhook_url", takes_messages && who.may("integrations") ? Value(integration.webhook_url) : Value());
}

payments::IntegrationPtr need(const ApiDeps& deps, const std::string& id) {
    auto integration = deps.service.deps().integrations.find(id);
    if (!integration) payments::refuse(404, "not_found", "There is no integration " + id + ".");
    return integration;
}

void need_stored(const payments::Integration& integration) {
    if (integration.from_file) payments::refuse(409, "integration_in_file", "The integration " + integration.id() + " is declared in the configuration file; change it there.");
}

/// After rows changed: builds anew and shows the integration.
void rebuilt(const ApiDeps& deps, const Call& call, const std::string& id, int status) {
    if (auto ok = deps.control.rebuild(); !ok) return call.fail(ok.error());
    call.answer(status, shown(deps, *need(deps, id), call.who));
}

void save(const ApiDeps& deps, const Call& call, bool create) {
    auto body = Body::read(*call.request);
    if (!body) return call.fail(body.error());
    const std::string id = create ? body->value().text("id") : call.request->param("id");
    const auto existing = deps.service.deps().integrations.find(id);
    if (create && existing) return call.fail(problem(409, "integration_exists", "There is an integration " + id + " already."));
    if (!create) need_stored(*need(deps, id));
    IntegrationStore rows(deps.service.deps().store, deps.service.deps().keyring, deps.random);
    auto saved = rows.save(id, body->value(), deps.control.registry(), call.who.name);
    if (!saved) return call.fail(saved.error());
    rebuilt(deps, call, id, create ? 201 : 200);
}

void test(const ApiDeps& deps, const Call& call) {
    const payments::IntegrationPtr integration = need(deps, call.request->param("id"));
    if (!integration->instance) return call.fail(problem(503, "integration_unavailable", integration->unavailable));
    if (!integration->manifest().operation("config.check/1")) return call.fail(problem(422, "unsupported_operation", "The provider has no test."));
    exchange::OperationCall op;
    op.instance = integration->instance;
    op.route = integration->route;
    op.op = "config.check/1";
    op.op_id = "check/" + call.request->request_id;
    op.input_json = "{}";
    deps.service.deps().exchange.run(std::move(op), [deps, call, integration](exchange::OperationResult result) {
        const std::string id = integration->id();
        if (result.error()) {
            const Problem p = payments::plugin_problem(result);
            return call.answer(200, Value::object({{"ok", false}, {"code", p.code}, {"details", Value::array({p.detail})}, {"transcript", exchange::to_json(result.transcript)}}));
        }
        auto value = std::make_shared<Value>(json::read(result.done()->result_json).value_or(Value::object()));
        payments::in_unit<bool>(deps.service.deps().store, [deps, id, value, integration](store::Tx& tx) {
            IntegrationStore::learn(tx, deps.service.deps().keyring, deps.random, *integration, value->text("account"), value->find("settings"));
            return true;
        }, [deps, call, value](Result<bool> stored) {
            if (!stored) return call.fail(stored.error());
            value->erase("settings");
            if (auto ok = deps.control.rebuild(); !ok) return call.fail(ok.error());
            call.answer(200, *value);
        });
    });
}

void register_webhook(const ApiDeps& deps, const Call& call) {
    const payments::IntegrationPtr integration = need(deps, call.request->param("id"));
    if (!integration->instance || !integration->manifest().operation("webhook.register/1")) return call.fail(problem(422, "unsupported_operation", "The provider's webhook is set in its own dashboard."));
    exchange::OperationCall op;
    op.instance = integration->instance;
    op.route = integration->route;
    op.op = "webhook.register/1";
    op.op_id = "register/" + call.request->request_id;
    op.input_json = json::write(Value::object({{"url", integration->webhook_url}}));
    deps.service.deps().exchange.run(std::move(op), [deps, call, integration](exchange::OperationResult result) {
        if (result.error()) return call.fail(payments::plugin_problem(result));
        auto value = std::make_shared<Value>(json::read(result.done()->result_json).value_or(Value::object()));
        payments::in_unit<bool>(deps.service.deps().store, [deps, value, integration](store::Tx& tx) {
            IntegrationStore::learn(tx, deps.service.deps().keyring, deps.random, *integration, "", value->find("settings"));
            return true;
        }, [deps, call, id = integration->id()](Result<bool> stored) {
            if (!stored) return call.fail(stored.error());
            rebuilt(deps, call, id, 200);
        });
    });
}

/// enable, disable and rotate-hook: one fact changes.
void change_fact(const ApiDeps& deps, const Call& call, const std::string& what) {
    const payments::IntegrationPtr integration = need(deps, call.request->param("id"));
    payments::in_unit<bool>(deps.service.deps().store, [integration, what, who = call.who.name](store::Tx& tx) {
        if (what == "rotate-hook") IntegrationStore::rotate_hook(tx, *integration, who);
        else IntegrationStore::set_enabled(tx, *integration, what == "enable", who);
        return true;
    }, [deps, call, integration](Result<bool> stored) {
        if (!stored) return call.fail(stored.error());
        rebuilt(deps, call, integration->id(), 200);
    });
}

void remove(const ApiDeps& deps, const Call& call) {
    const payments::IntegrationPtr integration = need(deps, call.request->param("id"));
    need_stored(*integration);
    payments::in_unit<bool>(deps.service.deps().store, [id = integration->id(), who = call.who.name](store::Tx& tx) {
        IntegrationStore::remove(tx, id, who);
        return true;
    }, [deps, call](Result<bool> stored) {
        if (!stored) return call.fail(stored.error());
        if (auto ok = deps.control.rebuild(); !ok) return call.fail(ok.error());
        call.reply.send(http::empty_response(204));
    });
}

void list_providers(const ApiDeps& deps, const Call& call) {
    config::Manifests manifests;
    for (const auto& [id, plugin] : deps.control.registry().plugins()) manifests.emplace(id, plugin->manifest());
    Value out = plugins::providers_json(manifests);
    Value failures = Value::array();
    for (const auto& f : deps.control.registry().failures()) failures.push(Value::object({{"id", f.id}, {"reason", f.reason}}));
    out.set("failures", std::move(failures));
    call.answer(200, out);
}

/// What a customer would pay with a surcharge that is not saved yet.  Money is reckoned here and nowhere else.
void preview_surcharge(const ApiDeps& deps, const Call& call) {
    auto body = Body::read(*call.request);
    if (!body) return call.fail(body.error());
    const std::string provider = body->need("provider", 63), code = body->need("currency", 3), fixed_text = body->text("surcharge", 40), percent_text = body->text("surcharge_percent", 10);
    const auto known = deps.control.registry().plugins().find(provider);
    const auto currency = money::Currency::of(code);
    if (!provider.empty() && known == deps.control.registry().plugins().end()) body->fault("/provider", "unknown_field", "No provider " + provider + " is installed.");
    if (!code.empty() && !currency) body->fault("/currency", "currency_not_enabled", "No decimals are known of " + code + ".");
    const auto fixed = currency && !fixed_text.empty() ? money::parse_amount(fixed_text, *currency) : money::parse_amount("0", currency.value_or(money::Currency()));
    if (!fixed) body->fault("/surcharge", "amount_invalid", fixed.error().detail);
    const auto percent = percent_text.empty() ? std::optional(money::Percent{}) : money::parse_percent(percent_text);
    if (!percent) body->fault("/surcharge_percent", "out_of_range", "A percentage is a number from 0 to 100 with at most four decimals.");
    if (auto wrong = body->finish()) return call.fail(*wrong);
    const int64_t step = payments::step_of(known->second->manifest(), *currency);
    const int64_t amount = std::max<int64_t>(1000, step);
    const int64_t surcharge = money::surcharge(amount, fixed->minor, *percent, step);
    call.answer(200, Value::object({{"currency", code}, {"amount", money::format(amount, *currency)}, {"surcharge", money::format(surcharge, *currency)}, {"total", money::format(money::add(amount, surcharge), *currency)}}));
}

}  // namespace

void add_integration_routes(const ApiDeps& deps) {
    add_route(deps, {"GET", "/v1/providers", "integrations"}, [deps](const Call& call) { list_providers(deps, call); });
    add_route(deps, {"GET", "/v1/integrations", "integrations"}, [deps](const Call& call) {
        Value data = Value::array();
        const auto all = deps.service.deps().integrations.all();
        for (const auto& [id, integration] : *all) data.push(shown(deps, *integration, call.who));
        call.answer(200, page_json(std::move(data), ""));
    });
    add_route(deps, {"POST", "/v1/integrations", "integrations"}, [deps](const Call& call) { save(deps, call, true); });
    add_route(deps, {"POST", "/v1/integrations/preview", "integrations"}, [deps](const Call& call) { preview_surcharge(deps, call); });
    add_route(deps, {"GET", "/v1/integrations/{id}", "integrations"}, [deps](const Call& call) { call.answer(200, shown(deps, *need(deps, call.request->param("id")), call.who)); });
    add_route(deps, {"PUT", "/v1/integrations/{id}", "integrations"}, [deps](const Call& call) { save(deps, call, false); });
    add_route(deps, {"DELETE", "/v1/integrations/{id}", "integrations"}, [deps](const Call& call) { remove(deps, call); });
    add_route(deps, {"POST", "/v1/integrations/{id}/test", "integrations"}, [deps](const Call& call) { test(deps, call); });
    add_route(deps, {"POST", "/v1/integrations/{id}/register-webhook", "integrations"}, [deps](const Call& call) { register_webhook(deps, call); });
    for (const char* what : {"enable", "disable", "rotate-hook"})
        add_route(deps, {"POST", std::string("/v1/integrations/{id}/") + what, "integrations"}, [deps, what](const Call& call) { change_fact(deps, call, what); });
    add_route(deps, {"POST", "/v1/reload", "integrations"}, [deps](const Call& call) {
        if (auto ok = deps.control.reload(); !ok) return call.fail(ok.error());
        call.answer(200, Value::object({{"reloaded", true}}));
    });
}

}  // namespace turnpike::app
