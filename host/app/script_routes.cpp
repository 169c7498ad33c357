#include "host/app/api.hpp"
#include "host/json/read.hpp"
#include "host/json/write.hpp"
#include "host/payments/plugin_problem.hpp"
#include "host/scripting/sources.hpp"

namespace turnpike::app {
namespace {

using json::Value;
using payments::refuse;

constexpr size_t kBodyMax = 1 << 20;
constexpr int64_t kSpareMs = 5000;

exchange::OperationCall call_of(const payments::Integration& integration, const std::string& op_id, const Value& input, int64_t now_ms) {
    exchange::OperationCall call;
    call.instance = integration.instance;
    call.route = integration.route;
    call.op = "script.run/1";
    call.op_id = op_id;
    call.input_json = json::write(input);
    const auto timeout = integration.source.def.settings.find("timeout_ms");
    const int64_t given = timeout == integration.source.def.settings.end() ? 10'000 : timeout->second.value.integer().value_or(10'000);
    call.deadline_unix_ms = now_ms + std::clamp<int64_t>(given, 100, 30'000) + kSpareMs;
    return call;
}

/// What a script ended with is an answer, whatever it was; only a script that cannot run at all is a problem.
void run_script(const ApiDeps& deps, const Call& call) {
    auto body = Body::read(*call.request);
    if (!body) return call.fail(body.error());
    Value input = Value::object({{"function", body->text("function", 63)}});
    const Value* data = body->take_any("data");
    if (input.text("function").empty()) input.set("function", "main");
    if (data) input.set("data", *data);
    if (auto wrong = body->finish()) return call.fail(*wrong);
    auto integration = deps.numbers.usable(call.request->param("integration"), "script.run/1");
    if (!integration) return call.fail(integration.error().code == "unknown_integration" ? problem(404, "not_found", integration.error().detail) : integration.error());
    const std::string mode = (*integration)->source.mode();
    if (!call.who.in_mode(mode)) return call.fail(problem(403, "forbidden", "This token does not act in " + mode + " mode."));
    const auto& services = deps.service.deps();
    services.exchange.run(call_of(**integration, services.ids.make("run_"), input, services.store.clock().now_ms()), [call, mode](exchange::OperationResult result) {
        if (result.error()) return call.fail(payments::plugin_problem(result));
        Value said = json::read(result.done()->result_json).value_or(Value::object());
        said.set("mode", mode).set("transcript", exchange::to_json(result.transcript));
        call.answer(200, said);
    });
}

void list_scripts(const ApiDeps& deps, const Call& call) {
    deps.service.deps().store.read([&](store::Session& db) {
        Value data = Value::array();
        auto rows = db.query("SELECT name, version, actor, updated_at, length(source) FROM scripts ORDER BY name");
        while (rows.next()) data.push(Value::object({{"name", rows.text(0)}, {"version", rows.integer(1)}, {"actor", rows.text(2)}, {"updated_at", rfc3339(rows.integer(3)).text}, {"bytes", rows.integer(4)}}));
        call.answer(200, page_json(std::move(data), ""));
        return 0;
    });
}

void show_script(const ApiDeps& deps, const Call& call) {
    const std::string name = call.request->param("name");
    deps.service.deps().store.read([&](store::Session& db) {
        auto rows = db.query("SELECT version, source, actor, updated_at FROM scripts WHERE name = $1", name);
        if (!rows.next()) refuse(404, "not_found", "There is no saved script " + name + ".");
        call.answer(200, Value::object({{"name", name}, {"version", rows.integer(0)}, {"source", rows.text(1)}, {"actor", rows.text(2)}, {"updated_at", rfc3339(rows.integer(3)).text}}));
        return 0;
    });
}

/// Integrations see the new version at once: their instances are made anew.
void rebuilt_scripts(const ApiDeps& deps, const Call& call, int status, const Value& answer) {
    if (auto ok = deps.control.rebuild(); !ok) return call.fail(ok.error());
    call.answer(status, answer);
}

void save_script(const ApiDeps& deps, const Call& call) {
    const std::string name = call.request->param("name");
    auto body = Body::read(*call.request);
    if (!body) return call.fail(body.error());
    const Value* source = body->take_any("source");
    const std::string text = source ? std::string(source->string().value_or("")) : "";
    if (auto wrong = body->finish()) return call.fail(*wrong);
    if (!scripting::is_script_name(name)) return call.fail(problem(422, "script_invalid", "A script's name has lower-case letters, digits, - and _."));
    if (auto fits = scripting::check_source(text); !fits) return call.fail(fits.error());
    payments::in_unit<int64_t>(deps.service.deps().store, [name, text, actor = call.who.name](store::Tx& tx) { return scripting::save_source(tx, name, text, actor); },
                               [deps, call, name](Result<int64_t> version) {
                                   if (!version) return call.fail(version.error());
                                   rebuilt_scripts(deps, call, *version == 1 ? 201 : 200, Value::object({{"name", name}, {"version", *version}}));
                               });
}

void remove_script(const ApiDeps& deps, const Call& call) {
    const std::string name = call.request->param("name");
    payments::in_unit<bool>(deps.service.deps().store, [name, actor = call.who.name](store::Tx& tx) {
        if (!scripting::remove_source(tx, name, actor)) refuse(404, "not_found", "There is no saved script " + name + ".");
        return true;
    }, [deps, call](Result<bool> removed) {
        if (!removed) return call.fail(removed.error());
        if (auto ok = deps.control.rebuild(); !ok) return call.fail(ok.error());
        call.reply.send({204, {}, "", ""});
    });
}

}  // namespace

void add_script_routes(const ApiDeps& deps) {
    add_route(deps, {"POST", "/v1/scripts/{integration}/run", "scripts", kBodyMax}, [deps](const Call& call) { run_script(deps, call); });
    add_route(deps, {"GET", "/v1/scripts", "scripts"}, [deps](const Call& call) { list_scripts(deps, call); });
    add_route(deps, {"GET", "/v1/scripts/{name}", "scripts"}, [deps](const Call& call) { show_script(deps, call); });
    add_route(deps, {"PUT", "/v1/scripts/{name}", "scripts", kBodyMax}, [deps](const Call& call) { save_script(deps, call); });
    add_route(deps, {"DELETE", "/v1/scripts/{name}", "scripts"}, [deps](const Call& call) { remove_script(deps, call); });
}

}  // namespace turnpike::app
