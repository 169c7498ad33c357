#include "host/app/openapi.hpp"

#include <algorithm>

namespace turnpike::app {
namespace {

using json::Value;

std::string lowered(std::string text) {
    for (char& c : text)
        if (c >= 'A' && c <= 'Z') c = static_cast<char>(c + 32);
    return text;
}

/// "/v1/payments/{id}/refunds" and POST -> "post_v1_payments_id_refunds".
std::string operation_id(const std::string& method, const std::string& path) {
    std::string out = lowered(method);
    for (const char c : path) {
        const bool word = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
        if (word) out += c;
        else if (out.back() != '_' && c != '}') out += '_';
    }
    return out;
}

std::string openapi_path(std::string pattern) {
    const size_t dots = pattern.find("...}");
    if (dots != std::string::npos) pattern.erase(dots, 3);
    return pattern;
}

Value ref(const std::string& name) { return Value::object({{"$ref", "#/components/schemas/" + name}}); }

/// What a list can be narrowed by, beside its page and the mode.
std::vector<std::string> filters_of(const std::string& pattern) {
    if (pattern.rfind("/v1/payment-log", 0) == 0) return {"kind", "integration", "customer", "payment", "from", "to"};
    if (pattern == "/v1/payments" || pattern == "/v1/payments.csv") return {"q", "integration", "customer", "status", "reference", "currency", "from", "to"};
    if (pattern == "/v1/ledger/verify") return {"head"};
    if (pattern == "/v1/events") return {"order"};
    if (pattern == "/v1/customers") return {"q", "email"};
    return {};
}

void add_query(Value& out, const std::string& name) {
    out.push(Value::object({{"name", name}, {"in", "query"}, {"required", false}, {"schema", Value::object({{"type", "string"}})}}));
}

Value parameters(const http::RouteSpec& spec) {
    Value out = Value::array();
    const std::string path = openapi_path(spec.pattern);
    for (size_t open = path.find('{'); open != std::string::npos; open = path.find('{', open + 1)) {
        const std::string name = path.substr(open + 1, path.find('}', open) - open - 1);
        out.push(Value::object({{"name", name}, {"in", "path"}, {"required", true}, {"schema", Value::object({{"type", "string"}})}}));
    }
    const bool list = spec.method == "GET" && operation_text(spec.method, spec.pattern).answer == "List";
    if (list)
        for (const char* name : {"limit", "after", "mode"}) add_query(out, name);
    if (spec.method == "GET")
        for (const std::string& name : filters_of(spec.pattern)) add_query(out, name);
    const bool keyed = spec.method == "POST" && (spec.pattern == "/v1/payments" || spec.pattern.find("/capture") != std::string::npos ||
                                                 spec.pattern.find("/refunds") != std::string::npos || spec.pattern.find("/entries") != std::string::npos);
    if (keyed)
        out.push(Value::object({{"name", "Idempotency-Key"}, {"in", "header"}, {"required", true}, {"schema", Value::object({{"type", "string"}, {"maxLength", 255}})}}));
    return out;
}

Value json_content(Value schema) { return Value::object({{"application/json", Value::object({{"schema", std::move(schema)}})}}); }

Value responses(const OperationText& text) {
    const Value problem = Value::object({{"description", "A problem (RFC 9457)."}, {"content", Value::object({{"application/problem+json", Value::object({{"schema", ref("Problem")}})}})}});
    Value ok = Value::object({{"description", "Done."}});
    if (!text.answer.empty()) ok.set("content", json_content(ref(text.answer)));
    return Value::object({{"200", ok}, {"4XX", problem}, {"5XX", problem}});
}

Value operation(const http::RouteSpec& spec, const std::string& method) {
    const OperationText text = operation_text(spec.method, spec.pattern);
    Value out = Value::object({{"operationId", operation_id(method, openapi_path(spec.pattern))}, {"summary", text.summary}});
    const Value params = parameters(spec);
    if (!params.items().empty()) out.set("parameters", params);
    const Value body = body_schema(spec.method, spec.pattern);
    if (!body.is_null()) out.set("requestBody", Value::object({{"required", true}, {"content", json_content(body)}}));
    out.set("responses", responses(text));
    out.set("x-scope", spec.scope.empty() ? Value("public") : Value(spec.scope));
    if (spec.scope.empty()) out.set("security", Value::array());
    else out.set("security", Value::array({Value::object({{"token", Value::array({spec.scope})}})}));
    return out;
}

}  // namespace

Value openapi(const http::Router& router) {
    Value paths = Value::object();
    for (const http::RouteSpec* spec : router.routes()) {
        const std::string path = openapi_path(spec->pattern);
        if (!paths.find(path)) paths.set(path, Value::object());
        const bool any = spec->method == "ANY";
        for (const std::string& method : any ? std::vector<std::string>{"GET", "POST"} : std::vector<std::string>{spec->method})
            paths.find(path)->set(lowered(method), operation(*spec, method));
    }
    return Value::object({{"openapi", "3.1.0"},
                          {"info", Value::object({{"title", "Turnpike"}, {"version", "1.0.0"}, {"description", "Payments and two-factor logins through one API."},
                                                  {"license", Value::object({{"name", "MIT"}, {"identifier", "MIT"}})}})},
                          {"servers", Value::array({Value::object({{"url", "/"}})})},
                          {"paths", std::move(paths)},
                          {"components", Value::object({{"schemas", component_schemas()},
                                                        {"securitySchemes", Value::object({{"token", Value::object({{"type", "http"}, {"scheme", "bearer"}})}})}})}});
}

}  // namespace turnpike::app
