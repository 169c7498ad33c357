#include "host/app/api.hpp"
#include "host/app/pay_page.hpp"
#include "host/base/crypto.hpp"
#include "host/base/encoding.hpp"
#include "host/base/random.hpp"
#include "host/payments/view.hpp"

namespace turnpike::app {
namespace {

plugins::Inbound inbound_of(const http::Request& request, const std::string& path) {
    plugins::Inbound out;
    out.method = request.method;
    out.path = path;
    out.query = request.query;
    out.remote_ip = request.remote_ip;
    for (const http::Header& h : request.headers) out.headers.push_back({h.name, h.value, false});
    out.body = request.body;
    return out;
}

http::Response not_here(const http::Request& request) {
    return http::problem_response(problem(404, "not_found", "There is nothing at this path."), request.request_id);
}

std::string with_hint(const std::string& url, const json::Value& payment) {
    const std::string mark = url.find('?') == std::string::npos ? "?" : "&";
    return url + mark + "payment=" + percent_encode(payment.text("id")) + "&status=" + percent_encode(payment.text("status"));
}

/// Sends the browser back to whoever asked for the payment, with what is known as a hint.
void send_on(const payments::PaymentService& service, const http::RequestPtr& request, const http::Reply& reply, const json::Value& payment, const char* target) {
    const auto row = service.deps().store.read([&](store::Session& db) { return payments::load_payment(db, payment.text("id")); });
    std::string url = row ? row->request.text(target) : "";
    if (url.empty() && row) url = row->request.text("return_url");
    if (url.empty()) return reply.send(not_here(*request));
    reply.send(http::redirect(with_hint(url, payment)));
}

void come_back(payments::PaymentService& service, const http::RequestPtr& request, http::Reply reply, const char* target) {
    const std::string& id = request->param("payment");
    if (!equal_constant_time(service.browser_token(id), request->param("token"))) return reply.send(not_here(*request));
    service.browser_return(id, inbound_of(*request, ""), [&service, request, reply, target](Result<payments::Answered> answered) {
        if (!answered) return reply.send(not_here(*request));
        const json::Value* action = answered->body.find("next_action");
        const std::string again = answered->sent_on && action && action->is_object() ? action->text("url") : "";
        if (!again.empty()) return reply.send(http::redirect(again));
        send_on(service, request, reply, answered->body, target);
    });
}

std::string new_nonce(Random& random) {
    std::string bytes(16, '\0');
    random.fill(bytes.data(), bytes.size());
    return to_base64url(bytes);
}

/// What the payer does next, for whoever sends a browser here whatever the method: our page of the provider's, a form
/// that posts itself, or straight on.
void show_payment_page(const ApiDeps& deps, const http::RequestPtr& request, const http::Reply& reply) {
    const std::string& id = request->param("payment");
    if (!equal_constant_time(deps.service.browser_token(id), request->param("token"))) return reply.send(not_here(*request));
    const auto payment = deps.service.deps().store.read([&](store::Session& db) { return payments::load_payment(db, id); });
    if (!payment) return reply.send(not_here(*request));
    const json::Value shown = payments::payment_json(*payment);
    const json::Value& action = payment->next_action;
    const bool waits = shown.find("next_action")->is_object();
    const std::string type = waits ? action.text("type") : "";
    const auto integration = deps.service.deps().integrations.find(payment->integration);
    if (waits && action.find("page") && integration && integration->pages) {
        const auto html = integration->pages->find(action.text("page"));
        const auto spec = integration->manifest().pages.find(action.text("page"));
        const json::Value* data = action.find("data");
        if (html != integration->pages->end() && spec != integration->manifest().pages.end())
            return reply.send(provider_page(html->second, spec_for(spec->second, integration->source.def), data ? *data : json::Value::object(), new_nonce(deps.random), integration->source.sandbox_url));
    }
    if (type == "redirect") return reply.send(http::redirect(action.text("url")));
    const json::Value* fields = action.find("fields");
    if (type == "form_post") return reply.send(form_post_page(action.text("url"), fields ? *fields : json::Value::object(), new_nonce(deps.random)));
    // Nothing to do here any more: back to where the payer came from, with what is known.
    send_on(deps.service, request, reply, shown, "return_url");
}

}  // namespace

void add_browser_routes(const ApiDeps& deps) {
    auto& service = deps.service;
    deps.router.add({"GET", "/pay/{payment}/{token}", "", 0}, [deps](const http::RequestPtr& request, http::Reply reply) { show_payment_page(deps, request, reply); });
    for (const char* method : {"GET", "POST"})
        deps.router.add({method, "/return/{payment}/{token}", "", 64 * 1024}, [&service](const http::RequestPtr& request, http::Reply reply) { come_back(service, request, reply, "return_url"); });
    deps.router.add({"GET", "/cancel/{payment}/{token}", "", 64 * 1024}, [&service](const http::RequestPtr& request, http::Reply reply) { come_back(service, request, reply, "cancel_url"); });
}

void add_hook_routes(const ApiDeps& deps) {
    auto& service = deps.service;
    auto& inbox = deps.inbox;
    auto receive = [&service, &inbox](const http::RequestPtr& request, http::Reply reply, const std::string& tail) {
        payments::IntegrationPtr integration = service.deps().integrations.find(request->param("integration"));
        bool known = false;
        if (integration)
            for (const std::string& secret : integration->hook_secrets) known = equal_constant_time(secret, request->param("secret")) || known;
        // An unknown integration and a wrong secret look the same, and neither leaves a trace.
        if (!known) return reply.send(not_here(*request));
        if (!integration->instance) return reply.send(http::problem_response(problem(503, "integration_unavailable", "The integration is unavailable; send this again later."), request->request_id));
        inbox.receive(integration, inbound_of(*request, tail), [reply](payments::Inbox::Answer answer) {
            http::Response out{answer.status, {}, answer.body, ""};
            for (const auto& h : answer.headers) {
                if (http::same_name(h.name, "Content-Type")) out.content_type = h.value;
                else out.headers.push_back({h.name, h.value});
            }
            reply.send(std::move(out));
        });
    };
    constexpr size_t kHookMax = 16u << 20;  ///< what is larger than the provider sends is refused, but seen
    deps.router.add({"ANY", "/hooks/{integration}/{secret}", "", kHookMax}, [receive](const http::RequestPtr& request, http::Reply reply) { receive(request, reply, ""); });
    deps.router.add({"ANY", "/hooks/{integration}/{secret}/{tail...}", "", kHookMax}, [receive](const http::RequestPtr& request, http::Reply reply) { receive(request, reply, "/" + request->param("tail")); });
}

}  // namespace turnpike::app
