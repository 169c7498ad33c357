#include "host/app/api.hpp"
#include "host/app/integration_store.hpp"
#include "host/base/crypto.hpp"
#include "host/json/read.hpp"
#include "host/json/write.hpp"
#include "host/payments/plugin_problem.hpp"

namespace turnpike::app {
namespace {

using json::Value;

constexpr int64_t kConsentMs = 15 * 60'000;

std::string redirect_uri(const ApiDeps& deps) { return deps.people.public_url() + "/oauth/callback"; }

exchange::OperationCall call_of(const payments::Integration& integration, const char* op, const std::string& op_id, const Value& input) {
    exchange::OperationCall call;
    call.instance = integration.instance;
    call.route = integration.route;
    call.op = op;
    call.op_id = op_id;
    call.input_json = json::write(input);
    return call;
}

Value url_of(const payments::Integration& integration, const exchange::OperationResult& result) {
    const Value answer = json::read(result.done()->result_json).value_or(Value::object());
    return Value::object({{"url", exchange::rewrite_for_sandbox(integration.source.sandbox_url, answer.text("url"))}, {"expires_in_s", kConsentMs / 1000}});
}

/// Only who may edit integrations gets a state, and each is good for one return of one browser.
void start(const ApiDeps& deps, const Call& call) {
    const std::string id = call.request->param("id");
    if (!call.who.may("integrations")) return call.fail(problem(403, "forbidden", "Connecting needs the scope integrations."));
    auto integration = deps.accounting.usable(id, "connect.start/1");
    if (!integration) return call.fail(integration.error().code == "unknown_integration" ? problem(404, "not_found", integration.error().detail) : integration.error());
    const std::string state = random_lower_alnum(deps.random, 43), op_id = "connect/" + random_lower_alnum(deps.random, 20);
    payments::in_unit<bool>(deps.service.deps().store, [id, state, op_id, actor = call.who.name](store::Tx& tx) {
        tx.db.run("INSERT INTO connects (hash, integration, actor, op_id, created_at, expires_at) VALUES ($1, $2, $3, $4, $5, $6)", store::Blob{sha256(state)}, id, actor, op_id, tx.now_ms, tx.now_ms + kConsentMs);
        return true;
    }, [deps, call, integration = *integration, state, op_id](Result<bool> stored) {
        if (!stored) return call.fail(stored.error());
        const Value input = Value::object({{"redirect_uri", redirect_uri(deps)}, {"state", state}});
        deps.service.deps().exchange.run(call_of(*integration, "connect.start/1", op_id, input), [call, integration](exchange::OperationResult result) {
            if (result.error()) return call.fail(payments::plugin_problem(result));
            call.answer(200, url_of(*integration, result));
        });
    });
}

struct Consent {
    std::string integration, actor, op_id;
};

Consent spend(store::Tx& tx, const std::string& state) {
    auto rows = tx.db.query("SELECT integration, actor, op_id FROM connects WHERE hash = $1 AND used_at IS NULL AND expires_at > $2", store::Blob{sha256(state)}, tx.now_ms);
    if (!rows.next()) payments::refuse(400, "connect_over", "This consent was not asked for here, was used, or took longer than 15 minutes: begin again.");
    Consent out{rows.text(0), rows.text(1), rows.text(2)};
    tx.db.run("UPDATE connects SET used_at = $2 WHERE hash = $1", store::Blob{sha256(state)}, tx.now_ms);
    return out;
}

void say(const http::Reply& reply, const std::string& words) { reply.send({200, {{"Cache-Control", "no-store"}}, words + "\nYou can close this window and go back.\n", "text/plain; charset=utf-8"}); }

void connected(const ApiDeps& deps, const http::RequestPtr& request, const http::Reply& reply, payments::IntegrationPtr integration, const Consent& consent, exchange::OperationResult result) {
    if (result.error()) return reply.send(http::problem_response(payments::plugin_problem(result), request->request_id));
    auto answer = std::make_shared<Value>(json::read(result.done()->result_json).value_or(Value::object()));
    payments::in_unit<bool>(deps.service.deps().store, [deps, integration, answer, consent](store::Tx& tx) {
        IntegrationStore::learn(tx, deps.service.deps().keyring, deps.random, *integration, answer->text("account"), answer->find("settings"));
        tx.db.run("INSERT INTO audit (at, actor, action, object, detail) VALUES ($1, $2, 'connect', $3, '{}')", tx.now_ms, consent.actor, integration->id());
        return true;
    }, [deps, request, reply, answer](Result<bool> learned) {
        if (!learned) return reply.send(http::problem_response(learned.error(), request->request_id));
        if (auto ok = deps.control.rebuild(); !ok) return reply.send(http::problem_response(ok.error(), request->request_id));
        std::string words = answer->text("message", "Connected.");
        const Value* list = answer->find("organisations");
        if (const Value* ok = answer->find("ok"); ok && !ok->boolean().value_or(false) && list)
            for (const Value& one : list->items()) words += "\n  " + one.text("tenant_id") + "  " + one.text("name");
        say(reply, words);
    });
}

void come_back(const ApiDeps& deps, const http::RequestPtr& request, const http::Reply& reply) {
    const std::string state = request->query_param("state").value_or("");
    payments::in_unit<Consent>(deps.service.deps().store, [state](store::Tx& tx) { return spend(tx, state); }, [deps, request, reply](Result<Consent> consent) {
        if (!consent) return reply.send(http::problem_response(consent.error(), request->request_id));
        auto integration = deps.accounting.usable(consent->integration, "connect.complete/1");
        if (!integration) return reply.send(http::problem_response(integration.error(), request->request_id));
        exchange::OperationCall op = call_of(**integration, "connect.complete/1", consent->op_id, Value::object({{"redirect_uri", redirect_uri(deps)}}));
        plugins::Inbound inbound;
        inbound.method = request->method;
        inbound.query = request->query;
        inbound.remote_ip = request->remote_ip;
        op.inbound = std::move(inbound);
        deps.service.deps().exchange.run(std::move(op), [deps, request, reply, integration = *integration, consent = *consent](exchange::OperationResult result) {
            connected(deps, request, reply, integration, consent, std::move(result));
        });
    });
}

}  // namespace

void add_connect_routes(const ApiDeps& deps) {
    add_route(deps, {"GET", "/v1/integrations/{id}/connect", "integrations"}, [deps](const Call& call) { start(deps, call); });
    deps.router.add({"GET", "/oauth/callback", ""}, [deps](const http::RequestPtr& request, http::Reply reply) { come_back(deps, request, reply); });
}

}  // namespace turnpike::app
