#include "host/app/api.hpp"

#include "host/base/crypto.hpp"
#include "host/json/read.hpp"
#include "host/json/write.hpp"

namespace turnpike::app {

payments::Then Call::then() const {
    return [call = *this](Result<payments::Answered> answered) {
        if (!answered) return call.fail(answered.error());
        http::Response response = http::json_response(answered->status, answered->body);
        if (answered->replayed) response.headers.push_back({"Idempotent-Replayed", "true"});
        if (answered->body.find("code") && answered->body.find("title")) response.content_type = "application/problem+json";
        call.reply.send(std::move(response));
    };
}

void add_route(const ApiDeps& deps, http::RouteSpec spec, std::function<void(const Call&)> handler) {
    const std::string scope = spec.scope;
    deps.router.add(std::move(spec), [&tokens = deps.tokens, scope, handler = std::move(handler)](const http::RequestPtr& request, http::Reply reply) {
        auto who = tokens.authorize(*request, scope);
        if (!who) return reply.send(http::problem_response(who.error(), request->request_id));
        const Call call{request, reply, std::move(*who)};
        try {
            handler(call);
        } catch (const payments::Rejected& rejected) {
            call.fail(rejected.problem);
        } catch (const store::StoreError&) {
            call.fail(problem(503, "store_unavailable", "The store cannot be read now."));
        }
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
    return out;
}

json::Value page_json(json::Value rows, const std::string& next) {
    return json::Value::object({{"data", std::move(rows)}, {"next", next.empty() ? json::Value() : json::Value(next)}});
}

}  // namespace turnpike::app
