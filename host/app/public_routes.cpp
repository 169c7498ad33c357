#include "host/app/api.hpp"
#include "host/app/metrics_page.hpp"
#include "host/app/openapi.hpp"

namespace turnpike::app {

void add_public_routes(const ApiDeps& deps) {
    deps.router.add({"GET", "/healthz", "", 1024}, [](const http::RequestPtr&, http::Reply reply) { reply.send(http::json_response(200, json::Value::object({{"status", "ok"}}))); });
    deps.router.add({"GET", "/readyz", "", 1024}, [control = deps.control](const http::RequestPtr&, http::Reply reply) {
        const bool yes = control.ready();
        reply.send(http::json_response(yes ? 200 : 503, json::Value::object({{"status", !yes ? "not ready" : control.recovering() ? "recovering" : "ready"}})));
    });
    deps.router.add({"GET", "/metrics", "", 1024}, [metrics = deps.control.metrics](const http::RequestPtr&, http::Reply reply) {
        reply.send({200, {}, metrics(), MetricsPage::kContentType});
    });
    deps.router.add({"GET", "/openapi.json", "", 1024}, [&router = deps.router](const http::RequestPtr&, http::Reply reply) {
        reply.send(http::json_response(200, openapi(router)));
    });
}

}  // namespace turnpike::app
