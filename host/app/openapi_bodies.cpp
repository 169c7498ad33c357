#include <map>

#include "host/app/openapi.hpp"

namespace turnpike::app {
namespace {

using json::Value;

Value schema_of(const Member& m) {
    const std::string type = m.type;
    if (type == "amount") return Value::object({{"type", "string"}, {"pattern", "^[0-9]{1,15}(\\.[0-9]+)?$"}});
    if (type == "list") return Value::object({{"type", "array"}, {"items", Value::object({{"type", "string"}})}});
    if (type.find('|') == std::string::npos) return Value::object({{"type", type}});
    Value words = Value::array();
    for (size_t from = 0; from <= type.size();) {
        const size_t bar = std::min(type.find('|', from), type.size());
        words.push(type.substr(from, bar - from));
        from = bar + 1;
    }
    return Value::object({{"type", "string"}, {"enum", std::move(words)}});
}

Value object_of(const std::vector<Member>& members, bool open = false) {
    Value properties = Value::object();
    Value required = Value::array();
    for (const Member& m : members) {
        properties.set(m.name, schema_of(m));
        if (m.required) required.push(m.name);
    }
    Value out = Value::object({{"type", "object"}, {"properties", std::move(properties)}});
    if (!required.items().empty()) out.set("required", std::move(required));
    if (!open) out.set("additionalProperties", false);
    return out;
}

const std::vector<Member> kCustomer = {{"name", "string"}, {"email", "string"}, {"phone", "string"}, {"paypal_email", "string"}, {"metadata", "object"}};

std::vector<Member> with_id(std::vector<Member> members) {
    members.insert(members.begin(), {"id", "string"});
    return members;
}

const std::map<std::string, std::vector<Member>>& bodies() {
    static const std::map<std::string, std::vector<Member>> all = {
        {"POST /v1/customers", with_id(kCustomer)},
        {"PATCH /v1/customers/{id}", kCustomer},
        {"POST /v1/customers/{id}/entries", {{"amount", "string", true}, {"currency", "string", true}, {"mode", "test|live"}, {"type", "usage|adjustment|opening", true}, {"reference", "string"}, {"description", "string"}, {"allow_negative", "boolean"}}},
        {"POST /v1/quotes", {{"integration", "string", true}, {"currency", "string", true}, {"amount", "amount", true}, {"customer", "string"}}},
        {"POST /v1/payments", {{"customer", "string", true}, {"integration", "string", true}, {"amount", "amount", true}, {"currency", "string", true}, {"return_url", "string", true}, {"cancel_url", "string"}, {"description", "string"}, {"method", "string"}, {"capture", "automatic|manual"}, {"quote", "string"}, {"locale", "string"}, {"ip", "string"}, {"metadata", "object"}}},
        {"POST /v1/payments/{id}/capture", {{"amount", "amount"}}},
        {"POST /v1/payments/{id}/refunds", {{"amount", "amount"}, {"reason", "string"}}},
        {"POST /v1/payments/{id}/assign", {{"customer", "string", true}, {"remember_payer", "boolean"}}},
        {"POST /v1/payments/{id}/release", {{"reason", "string", true}}},
        {"POST /v1/payments/{id}/reject", {{"reason", "string", true}}},
        {"POST /v1/payments/{id}/complete", {{"received", "amount", true}, {"reference", "string", true}}},
        {"POST /v1/integrations/preview", {{"provider", "string", true}, {"currency", "string", true}, {"surcharge", "string"}, {"surcharge_percent", "string"}}},
        {"POST /v1/tokens", {{"name", "string", true}, {"scopes", "list", true}, {"modes", "list"}, {"expires_in_s", "integer"}}},
    };
    return all;
}

const std::map<std::string, OperationText>& texts() {
    static const std::map<std::string, OperationText> all = {
        {"POST /v1/customers", {"Create a customer", "Customer"}}, {"GET /v1/customers", {"List customers", "List"}},
        {"GET /v1/customers/{id}", {"Show a customer", "Customer"}}, {"PATCH /v1/customers/{id}", {"Change a customer (RFC 7396)", "Customer"}},
        {"POST /v1/customers/{id}/erase", {"Erase a customer's personal data", "Customer"}}, {"GET /v1/customers/{id}/balance", {"Show a customer's balances", "Balances"}},
        {"GET /v1/customers/{id}/ledger", {"List a customer's ledger entries", "List"}}, {"POST /v1/customers/{id}/entries", {"Post usage, an adjustment or an opening balance", "Entry"}},
        {"GET /v1/customers/{id}/payments", {"List a customer's payments", "List"}}, {"GET /v1/customers/{id}/payments.csv", {"A customer's payments as CSV", ""}},
        {"POST /v1/quotes", {"Ask what a credit would cost", "Quote"}}, {"POST /v1/payments", {"Create a payment", "Payment"}}, {"GET /v1/payments", {"List payments", "List"}}, {"GET /v1/payments.csv", {"Payments as CSV", ""}},
        {"GET /v1/payments/{id}", {"Show a payment", "Payment"}}, {"POST /v1/payments/{id}/capture", {"Capture an authorized payment", "Payment"}},
        {"POST /v1/payments/{id}/cancel", {"Cancel a payment nobody paid yet", "Payment"}}, {"POST /v1/payments/{id}/refresh", {"Ask the provider about a payment now", "Payment"}},
        {"POST /v1/payments/{id}/refunds", {"Refund a payment or a part of it", "Refund"}}, {"GET /v1/payments/{id}/refunds", {"List a payment's refunds", "List"}},
        {"GET /v1/payments/{id}/timeline", {"Everything that happened to a payment", "List"}}, {"POST /v1/payments/{id}/assign", {"Give a held payment to a customer", "Payment"}},
        {"POST /v1/payments/{id}/release", {"Credit a held payment", "Payment"}}, {"POST /v1/payments/{id}/reject", {"Keep a held payment from being credited", "Payment"}},
        {"POST /v1/payments/{id}/complete", {"Record the money of a manual method", "Payment"}}, {"GET /v1/payment-log", {"List payments, notifications, refusals and refunds", "List"}},
        {"GET /v1/payment-log.csv", {"The payment log as CSV", ""}}, {"GET /v1/providers", {"List installed providers", "Object"}}, {"GET /v1/integrations", {"List integrations", "List"}},
        {"POST /v1/integrations", {"Create an integration", "Integration"}}, {"POST /v1/integrations/preview", {"What a customer would pay with a surcharge", "Object"}}, {"GET /v1/integrations/{id}", {"Show an integration", "Integration"}},
        {"PUT /v1/integrations/{id}", {"Replace an integration", "Integration"}}, {"DELETE /v1/integrations/{id}", {"Delete an integration", ""}},
        {"POST /v1/integrations/{id}/test", {"Try an integration's keys", "Object"}}, {"POST /v1/integrations/{id}/register-webhook", {"Create the webhook at the provider", "Integration"}},
        {"POST /v1/integrations/{id}/enable", {"Enable an integration", "Integration"}}, {"POST /v1/integrations/{id}/disable", {"Disable an integration", "Integration"}},
        {"POST /v1/integrations/{id}/rotate-hook", {"Give an integration's hook a new secret", "Integration"}}, {"POST /v1/reload", {"Read the configuration file again", "Object"}},
        {"GET /v1/events", {"List events, oldest first", "List"}}, {"POST /v1/tokens", {"Create an API token", "Object"}}, {"GET /v1/tokens", {"List API tokens", "List"}},
        {"DELETE /v1/tokens/{name}", {"Revoke an API token", "Object"}}, {"GET /v1/audit", {"List the audit trail", "List"}}, {"GET /v1/ledger/verify", {"Recompute the journal", "Object"}}, {"GET /v1/ledger/head", {"The newest link of the journal's chain", "Object"}},
        {"GET /healthz", {"Whether the host lives", "Object"}}, {"GET /readyz", {"Whether the host takes requests", "Object"}}, {"GET /metrics", {"Metrics for Prometheus", ""}},
        {"GET /openapi.json", {"This description", "Object"}}, {"ANY /hooks/{integration}/{secret}", {"Where a provider delivers its messages", ""}},
        {"ANY /hooks/{integration}/{secret}/{tail...}", {"Where a provider delivers its messages", ""}}, {"GET /return/{payment}/{token}", {"Where a payer's browser comes back to", ""}},
        {"POST /return/{payment}/{token}", {"Where a payer's browser comes back to", ""}}, {"GET /pay/{payment}/{token}", {"Show what the payer does next: the provider's page, or straight on to it", ""}},
        {"GET /cancel/{payment}/{token}", {"Where a payer's browser gives up", ""}},
    };
    return all;
}

}  // namespace

Value body_schema(const std::string& method, const std::string& pattern) {
    const std::string key = method + " " + pattern;
    if (key == "POST /v1/integrations" || key == "PUT /v1/integrations/{id}") return Value::object({{"$ref", "#/components/schemas/Integration"}});
    for (const auto* all : {&bodies(), &people_bodies(), &service_bodies()})
        if (const auto found = all->find(key); found != all->end()) return object_of(found->second);
    return {};
}

OperationText operation_text(const std::string& method, const std::string& pattern) {
    for (const auto* all : {&texts(), &people_texts(), &service_texts()})
        if (const auto found = all->find(method + " " + pattern); found != all->end()) return found->second;
    return {};
}

Value component_schemas() {
    return Value::object(
        {{"Problem", object_of({{"type", "string", true}, {"title", "string", true}, {"status", "integer", true}, {"detail", "string"}, {"code", "string", true}, {"request_id", "string"}, {"errors", "array"}, {"provider_code", "string"}, {"provider_message", "string"}, {"retryable", "boolean"}}, true)},
         {"Customer", object_of({{"id", "string", true}, {"metadata", "object"}, {"created_at", "string", true}}, true)},
         {"Payment", object_of({{"id", "string", true}, {"status", "string", true}, {"amount", "string", true}, {"surcharge", "string", true}, {"total", "string", true}, {"currency", "string", true}, {"mode", "string", true}, {"reference", "string", true}}, true)},
         {"Refund", object_of({{"id", "string", true}, {"status", "string", true}, {"amount", "string", true}, {"currency", "string", true}}, true)},
         {"Quote", object_of({{"id", "string", true}, {"amount", "string", true}, {"surcharge", "string", true}, {"total", "string", true}, {"expires_at", "string", true}}, true)},
         {"Entry", object_of({{"id", "string", true}, {"amount", "string", true}, {"balance_after", "string", true}}, true)},
         {"Balances", object_of({{"balances", "array", true}}, true)},
         {"Integration", object_of({{"id", "string", true}, {"provider", "string", true}, {"mode", "test|live", true}, {"settings", "object"}}, true)},
         {"Session", object_of({{"id", "string", true}, {"site", "panel|portal", true}, {"status", "active|password_change_required|second_factor_required|enrollment_required", true}, {"csrf_token", "string", true}}, true)},
         {"User", object_of({{"id", "string", true}, {"username", "string", true}, {"disabled", "boolean", true}}, true)},
         {"Challenge", object_of({{"id", "string", true}, {"status", "waiting|requires_enrollment|allowed|denied|expired|error", true}, {"factor", "string", true}, {"expires_at", "string", true}}, true)},
         {"Document", object_of({{"id", "string", true}, {"kind", "contact|invoice|payment|bill|batch_payment|bank_transaction", true}, {"status", "string", true}, {"integration", "string", true}, {"mode", "test|live", true}}, true)},
         {"List", object_of({{"data", "array", true}}, true)},
         {"Object", object_of({}, true)}});
}

}  // namespace turnpike::app
