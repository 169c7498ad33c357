#include "host/app/api.hpp"

#include <set>

#include "host/base/crypto.hpp"
#include "host/identity/role.hpp"
#include "host/json/read.hpp"
#include "host/json/write.hpp"
#include "host/store/report.hpp"

namespace turnpike::app {
namespace {

bool only_reads(const http::Request& request) { return request.method == "GET" || request.method == "HEAD"; }

/// Somebody signed in to the panel, with the rights of their role.
Result<Principal> person(const ApiDeps& deps, const http::Request& request, const std::string& scope) {
    auto session = session_of(deps.people, request, "panel");
    if (!session) return Failure(session.error());
    if (!session->active()) return failure(401, "sign_in_unfinished", "Finish signing in first: " + session->status + ".");
    if (auto real = not_forged(deps.people, request, *session); !real) return Failure(real.error());
    const auto user = deps.service.deps().store.read([&](store::Session& db) { return identity::load_user(db, session->user); });
    if (!user || user->disabled) return failure(401, "not_signed_in", "Sign in first.");
    const identity::RoleRights rights = identity::rights_of(user->role);
    Principal out;
    out.name = "user/" + user->username;
    out.scopes = rights.scopes;
    out.reads = rights.reads;
    out.masked = rights.masked;
    out.modes = {"test", "live"};
    out.person = true;
    const bool may = only_reads(request) ? out.may_read(scope) : out.may(scope);
    if (!scope.empty() && !may) return failure(403, "forbidden", "The role " + user->role + " may not do this: it needs " + scope + ".");
    return out;
}

Result<Principal> portal_customer(const ApiDeps& deps, const http::Request& request) {
    auto session = session_of(deps.people, request, "portal");
    if (!session) return Failure(session.error());
    if (!session->active()) return failure(401, "sign_in_unfinished", "Finish signing in first: " + session->status + ".");
    if (auto real = not_forged(deps.people, request, *session); !real) return Failure(real.error());
    const auto user = deps.service.deps().store.read([&](store::Session& db) { return identity::load_user(db, session->user); });
    if (!session->user.empty() && (!user || user->disabled)) return failure(401, "not_signed_in", "Sign in first.");
    Principal out;
    out.name = "customer/" + session->customer;
    out.customer = session->customer;
    out.modes = {"live"};
    if (!deps.people.production()) out.modes.push_back("test");
    out.person = true;
    return out;
}

void handle(const http::RequestPtr& request, const http::Reply& reply, Result<Principal> who, const std::function<void(const Call&)>& handler) {
    if (!who) return reply.send(http::problem_response(who.error(), request->request_id));
    const Call call{request, reply, std::move(*who)};
    if (request->query.find("%00") != std::string::npos) return call.fail(problem(400, "zero_byte_refused", "The query holds a zero byte."));
    try {
        handler(call);
    } catch (const payments::Rejected& rejected) {
        call.fail(rejected.problem);
    } catch (const store::StoreError& e) {
        store::report(e);
        call.fail(problem(503, "store_unavailable", "The store cannot be read now."));
    }
}

}  // namespace

payments::Then Call::then() const {
    return [call = *this](Result<payments::Answered> answered) {
        if (!answered) return call.fail(answered.error());
        http::Response response = http::json_response(answered->status, answered->body);
        if (answered->replayed) response.headers.push_back({"Idempotent-Replayed", "true"});
        if (answered->body.find("code") && answered->body.find("title")) response.content_type = "application/problem+json";
        call.reply.send(std::move(response));
    };
}

namespace {

/// What takes money, gives it, or asks a provider for something new.  A store put back from a copy may lack the key under
/// which this was done already, so nothing of it is begun before somebody has looked.
bool begins_something(const http::RouteSpec& spec) {
    static const std::set<std::string> all = {"/v1/payments", "/v1/payments/{id}/capture", "/v1/payments/{id}/refunds", "/v1/customers/{id}/entries",
                                              "/v1/portal/payments", "/v1/numbers/allocate", "/v1/numbers/release"};
    return spec.method == "POST" && (all.count(spec.pattern) != 0 || spec.pattern.rfind("/v1/accounting/", 0) == 0);
}

std::function<void(const Call&)> unless_recovering(const ApiDeps& deps, const http::RouteSpec& spec, std::function<void(const Call&)> handler) {
    if (!begins_something(spec)) return handler;
    return [recovering = deps.control.recovering, handler = std::move(handler)](const Call& call) {
        if (!recovering()) return handler(call);
        Problem p = problem(503, "recovering", "The store was restored from a copy and is compared with the providers; nothing new is begun until turnpike resume.");
        p.retryable = true;
        call.fail(p);
    };
}

}  // namespace

void add_route(const ApiDeps& deps, http::RouteSpec spec, std::function<void(const Call&)> handler) {
    const std::string scope = spec.scope;
    handler = unless_recovering(deps, spec, std::move(handler));
    deps.router.add(std::move(spec), [deps, scope, handler = std::move(handler)](const http::RequestPtr& request, http::Reply reply) {
        // A token in the request outranks a cookie the browser may have added.
        const bool by_cookie = !request->header("Authorization") && !cookie_token(*request, "panel").empty();
        handle(request, reply, by_cookie ? person(deps, *request, scope) : deps.tokens.authorize(*request, scope), handler);
    });
}

void add_portal_route(const ApiDeps& deps, http::RouteSpec spec, std::function<void(const Call&)> handler) {
    handler = unless_recovering(deps, spec, std::move(handler));
    deps.router.add(std::move(spec), [deps, handler = std::move(handler)](const http::RequestPtr& request, http::Reply reply) {
        handle(request, reply, portal_customer(deps, *request), handler);
    });
}

Result<payments::IdempotencyKey> idempotency_key(const Call& call, const std::string& mode) {
    const std::string* key = call.request->header("Idempotency-Key");
    if (!key || key->empty()) return failure(400, "idempotency_key_required", "Send an Idempotency-Key: the same one when you try the same thing again.");
    if (key->size() > 255) return failure(400, "idempotency_key_invalid", "An Idempotency-Key has at most 255 characters.");
    const auto value = json::read(call.request->body);
    const std::string content = call.request->path + "\n" + (value ? json::write_sorted(*value) : call.request->body);
    return payments::IdempotencyKey{call.who.name, mode, call.request->method + " " + call.request->route, *key, sha256(content)};
}

Result<PageAsked> page_asked(const Call& call) {
    PageAsked out;
    const std::string limit = call.request->query_param("limit").value_or("50");
    const bool digits = !limit.empty() && limit.size() <= 3 && limit.find_first_not_of("0123456789") == std::string::npos;
    out.limit = digits ? std::stoi(limit) : 0;
    if (out.limit < 1 || out.limit > 200) return failure(422, "limit_invalid", "limit is a number from 1 to 200.");
    out.after = call.request->query_param("after").value_or("");
    out.mode = call.request->query_param("mode").value_or("");
    if (!out.mode.empty() && out.mode != "test" && out.mode != "live") return failure(422, "mode_invalid", "mode is test or live.");
    if (!out.mode.empty() && !call.who.in_mode(out.mode)) return failure(403, "forbidden", "This token does not act in " + out.mode + " mode.");
    if (out.mode.empty() && call.who.modes.size() == 1) out.mode = call.who.modes[0];
    return out;
}

std::optional<int64_t> row_number(const std::string& text) {
    if (text.empty() || text.size() > 18 || text.find_first_not_of("0123456789") != std::string::npos) return std::nullopt;
    return std::stoll(text);
}

Result<DaysAsked> days_asked(const Call& call) {
    DaysAsked out;
    const std::string from = call.request->query_param("from").value_or(""), to = call.request->query_param("to").value_or("");
    const auto first = from.empty() ? std::optional<int64_t>(out.from_ms) : day_ms(from);
    const auto last = to.empty() ? std::optional<int64_t>(out.to_ms) : day_ms(to);
    if (!first || !last || *last < *first) return failure(422, "out_of_range", "from and to are days such as 2026-11-01; to is the last day that is meant.");
    out.from_ms = *first;
    if (!to.empty()) out.to_ms = *last + 86'400'000;
    return out;
}

json::Value page_json(json::Value rows, const std::string& next) {
    return json::Value::object({{"data", std::move(rows)}, {"next", next.empty() ? json::Value() : json::Value(next)}});
}

}  // namespace turnpike::app
