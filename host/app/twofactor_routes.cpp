#include "host/app/api.hpp"

namespace turnpike::app {
namespace {

using json::Value;
using twofactor::Challenge;

constexpr int64_t kMostWaitS = 30;

twofactor::ChallengeThen answering(const Call& call, int status) {
    return [call, status](Result<Challenge> challenge) {
        if (!challenge) return call.fail(challenge.error());
        call.answer(status, twofactor::challenge_json(*challenge));
    };
}

/// Tries and codes of one person count together, whoever asks.
std::string owner_of(const std::string& integration, const std::string& username) { return "api/" + integration + "/" + identity::fold_username(username); }

bool site_exists(const ApiDeps& deps, const std::string& site) { return site.empty() || !deps.people.second_factor_of(site).empty(); }

void create(const ApiDeps& deps, const Call& call) {
    auto body = Body::read(*call.request);
    if (!body) return call.fail(body.error());
    twofactor::ChallengeRequest asked;
    asked.integration = body->need("integration", 63);
    asked.username = body->need("username", 200);
    asked.factor = body->word("factor", {"auto", "push", "phone", "sms", "passcode"}, "auto");
    asked.device = body->text("device", 100);
    asked.passcode = body->text("passcode", 40);
    asked.ip = body->text("ip", 45);
    asked.site = body->text("site", 63);
    asked.return_url = body->url("return_url", false);
    if (!asked.passcode.empty() && asked.factor == "auto") asked.factor = "passcode";
    if (asked.factor == "passcode" && !asked.device.empty()) body->fault("/device", "not_allowed", "A passcode belongs to no device.");
    if (!site_exists(deps, asked.site)) body->fault("/site", "unknown_site", "There is no site " + asked.site + " with a second factor.");
    if (auto wrong = body->finish()) return call.fail(*wrong);
    asked.owner = owner_of(asked.integration, asked.username);
    asked.asked_by = call.who.name;
    asked.guards_production = !asked.site.empty() && deps.people.production();
    const auto integration = deps.service.deps().integrations.find(asked.integration);
    if (integration && !call.who.in_mode(integration->source.mode()))
        return call.fail(problem(403, "forbidden", "This token does not act in " + integration->source.mode() + " mode."));
    deps.people.challenges.create(std::move(asked), answering(call, 201));
}

/// A token sees what tokens asked for, never the challenges of people signing in.
bool is_theirs(const ApiDeps& deps, const Call& call) {
    const auto challenge = deps.people.challenges.find(call.request->param("id"));
    if (challenge && challenge->asked_by.rfind("session/", 0) != 0 && (challenge->integration == twofactor::kOwnFactor || call.who.in_mode(challenge->mode))) return true;
    call.fail(problem(404, "not_found", "There is no challenge " + call.request->param("id") + "."));
    return false;
}

void show(const ApiDeps& deps, const Call& call) {
    const std::string wait = call.request->query_param("wait").value_or("0");
    const bool digits = !wait.empty() && wait.size() <= 3 && wait.find_first_not_of("0123456789") == std::string::npos;
    if (!digits) return call.fail(problem(422, "out_of_range", "wait is a number of seconds, at most 30."));
    if (is_theirs(deps, call)) deps.people.challenges.wait(call.request->param("id"), std::min<int64_t>(std::stoll(wait), kMostWaitS) * 1000, answering(call, 200));
}

void passcode(const ApiDeps& deps, const Call& call) {
    auto body = Body::read(*call.request);
    if (!body) return call.fail(body.error());
    const std::string code = body->need("passcode", 40);
    if (auto wrong = body->finish()) return call.fail(*wrong);
    if (is_theirs(deps, call)) deps.people.challenges.passcode(call.request->param("id"), code, answering(call, 200));
}

void enroll(const ApiDeps& deps, const Call& call) {
    auto body = Body::read(*call.request);
    if (!body) return call.fail(body.error());
    const std::string integration = body->need("integration", 63);
    const std::string username = body->need("username", 200);
    if (auto wrong = body->finish()) return call.fail(*wrong);
    deps.people.challenges.enroll(integration, username, owner_of(integration, username), [call](Result<Value> begun) {
        if (!begun) return call.fail(begun.error());
        call.answer(201, *begun);
    });
}

void confirm(const ApiDeps& deps, const Call& call) {
    auto body = Body::read(*call.request);
    if (!body) return call.fail(body.error());
    const std::string integration = body->need("integration", 63);
    const std::string username = body->need("username", 200);
    Value what = Value::object({{"username", username}});
    for (const char* name : {"passcode", "user_id", "activation_code"})
        if (const std::string text = body->text(name, 300); !text.empty()) what.set(name, text);
    if (auto wrong = body->finish()) return call.fail(*wrong);
    deps.people.challenges.confirm_enrollment(integration, owner_of(integration, username), what, [call](Result<Value> confirmed) {
        if (!confirmed) return call.fail(confirmed.error());
        call.answer(200, *confirmed);
    });
}

void devices(const ApiDeps& deps, const Call& call) {
    const std::string integration = call.request->query_param("integration").value_or("");
    const std::string username = call.request->query_param("username").value_or("");
    if (integration.empty() || username.empty()) return call.fail(problem(422, "missing_field", "Say integration and username."));
    deps.people.challenges.devices(integration, username, [call](Result<Value> found) {
        if (!found) return call.fail(found.error());
        call.answer(200, *found);
    });
}

void come_back(const ApiDeps& deps, const http::RequestPtr& request, const http::Reply& reply) {
    plugins::Inbound inbound;
    inbound.method = request->method;
    inbound.query = request->query;
    inbound.remote_ip = request->remote_ip;
    inbound.body = request->body;
    for (const http::Header& h : request->headers)
        if (!http::same_name(h.name, "Cookie")) inbound.headers.push_back({h.name, h.value, false});
    deps.people.challenges.browser_return(request->param("token"), std::move(inbound), [request, reply](Result<Challenge> challenge) {
        if (!challenge) return reply.send(http::problem_response(challenge.error(), request->request_id));
        const std::string url = challenge->provider_state.is_object() ? challenge->provider_state.text("return_url") : "";
        if (url.empty()) return reply.send({200, {{"Cache-Control", "no-store"}}, "You can close this window and go back.\n", "text/plain; charset=utf-8"});
        reply.send(http::redirect(url + (url.find('?') == std::string::npos ? "?" : "&") + "challenge=" + challenge->id + "&status=" + challenge->status));
    });
}

}  // namespace

void add_twofactor_routes(const ApiDeps& deps) {
    add_route(deps, {"POST", "/v1/2fa/challenges", "second_factor"}, [deps](const Call& call) { create(deps, call); });
    add_route(deps, {"GET", "/v1/2fa/challenges/{id}", "second_factor"}, [deps](const Call& call) { show(deps, call); });
    add_route(deps, {"POST", "/v1/2fa/challenges/{id}/passcode", "second_factor"}, [deps](const Call& call) { passcode(deps, call); });
    add_route(deps, {"POST", "/v1/2fa/challenges/{id}/consume", "second_factor"}, [deps](const Call& call) {
        if (is_theirs(deps, call)) deps.people.challenges.consume(call.request->param("id"), answering(call, 200));
    });
    add_route(deps, {"POST", "/v1/2fa/enrollments", "second_factor"}, [deps](const Call& call) { enroll(deps, call); });
    add_route(deps, {"POST", "/v1/2fa/enrollments/confirm", "second_factor"}, [deps](const Call& call) { confirm(deps, call); });
    add_route(deps, {"GET", "/v1/2fa/devices", "second_factor"}, [deps](const Call& call) { devices(deps, call); });
    for (const char* method : {"GET", "POST"})
        deps.router.add({method, "/2fa/return/{token}", ""}, [deps](const http::RequestPtr& request, http::Reply reply) { come_back(deps, request, reply); });
}

}  // namespace turnpike::app
