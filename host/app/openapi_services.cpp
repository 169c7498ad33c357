#include "host/app/openapi.hpp"

namespace turnpike::app {

const std::map<std::string, std::vector<Member>>& service_bodies() {
    static const std::map<std::string, std::vector<Member>> all = {
        {"POST /v1/accounting/contacts", {{"integration", "string", true}, {"customer", "string"}, {"contact", "object"}}},
        {"POST /v1/accounting/invoices", {{"integration", "string", true}, {"payment", "string"}, {"customer", "string"}, {"number", "string"}, {"currency", "string"}, {"lines", "array"}, {"reference", "string"},
                                          {"date", "string"}, {"due_date", "string"}}},
        {"POST /v1/accounting/payments", {{"integration", "string", true}, {"invoice", "string", true}, {"currency", "string", true}, {"amount", "amount", true}, {"reference", "string", true}, {"account", "string"}, {"date", "string"}}},
        {"POST /v1/accounting/bills", {{"integration", "string", true}, {"supplier", "object", true}, {"number", "string", true}, {"currency", "string", true}, {"lines", "array", true}, {"date", "string"}, {"due_date", "string"},
                                       {"planned_date", "string"}}},
        {"POST /v1/accounting/batch-payments", {{"integration", "string", true}, {"narrative", "string", true}, {"currency", "string", true}, {"payments", "array", true}, {"details", "string"}, {"account", "string"}, {"date", "string"}}},
        {"POST /v1/accounting/bank-transactions", {{"integration", "string", true}, {"type", "spend|receive"}, {"contact", "object", true}, {"reference", "string", true}, {"currency", "string", true}, {"lines", "array", true},
                                                   {"account", "string"}, {"date", "string"}}},
        {"POST /v1/scripts/{integration}/run", {{"function", "string"}, {"data", "object"}}},
        {"PUT /v1/scripts/{name}", {{"source", "string", true}}},
        {"POST /v1/numbers/allocate", {{"integration", "string", true}, {"did", "string", true}}},
        {"POST /v1/numbers/release", {{"integration", "string", true}, {"did", "string", true}}},
        {"POST /v1/webhook-endpoints", {{"url", "string", true}, {"mode", "test|live"}, {"types", "array"}, {"description", "string"}}},
        {"PATCH /v1/webhook-endpoints/{id}", {{"url", "string"}, {"types", "array"}, {"description", "string"}, {"enabled", "boolean"}}},
        {"POST /v1/webhook-endpoints/{id}/resend", {{"event", "string"}, {"from", "integer"}, {"to", "integer"}}},
        {"POST /v1/companies", {{"id", "string"}, {"name", "string", true}, {"kinds", "array", true}}},
    };
    return all;
}

const std::map<std::string, OperationText>& service_texts() {
    static const std::map<std::string, OperationText> all = {
        {"POST /v1/accounting/contacts", {"Save a customer or supplier as a contact", "Document"}}, {"POST /v1/accounting/invoices", {"Invoice a payment, or raise an invoice", "Document"}},
        {"POST /v1/accounting/payments", {"Book a payment against an invoice", "Document"}}, {"POST /v1/accounting/bills", {"Book a vendor's bill", "Document"}},
        {"POST /v1/accounting/batch-payments", {"Record that bills were paid by one transfer", "Document"}}, {"POST /v1/accounting/bank-transactions", {"Book money spent or received", "Document"}},
        {"GET /v1/accounting/documents", {"List booked documents", "List"}}, {"GET /v1/accounting/invoices/{id}", {"Show an invoice or bill as the books have it now", "Document"}},
        {"GET /v1/accounting/reconciliation", {"Hold journal, provider and books against each other", "Object"}}, {"GET /v1/integrations/{id}/connect", {"Begin a provider's consent page", "Object"}},
        {"POST /v1/scripts/{integration}/run", {"Run a function of a script", "Object"}}, {"GET /v1/scripts", {"List saved scripts", "List"}}, {"GET /v1/scripts/{name}", {"Show a saved script", "Object"}},
        {"PUT /v1/scripts/{name}", {"Save a new version of a script", "Object"}}, {"DELETE /v1/scripts/{name}", {"Delete a saved script", ""}},
        {"GET /v1/numbers/search", {"Find numbers to allocate", "List"}}, {"POST /v1/numbers/allocate", {"Allocate a number", "Object"}}, {"POST /v1/numbers/release", {"Give a number back", "Object"}},
        {"GET /v1/numbers", {"List booked numbers", "List"}}, {"GET /v1/numbers/compare", {"Hold booked numbers against the provider's list", "Object"}},
        {"POST /v1/companies", {"Create a carrier or customer", "Object"}}, {"GET /v1/companies", {"List companies, carriers first", "List"}},
        {"GET /v1/statistics", {"What each integration did, and how long its provider took", "List"}}, {"GET /v1/portal/brand", {"How the portal looks", "Object"}},
        {"POST /v1/webhook-endpoints", {"Have events sent to an address; the answer holds the secret this once", "Object"}}, {"GET /v1/webhook-endpoints", {"List webhook endpoints", "List"}},
        {"GET /v1/webhook-endpoints/{id}", {"Show a webhook endpoint", "Object"}}, {"PATCH /v1/webhook-endpoints/{id}", {"Change, disable or enable a webhook endpoint", "Object"}},
        {"DELETE /v1/webhook-endpoints/{id}", {"Delete a webhook endpoint with its log", ""}}, {"POST /v1/webhook-endpoints/{id}/rotate-secret", {"Give it a new secret; the old one signs for 24 hours more", "Object"}},
        {"GET /v1/webhook-endpoints/{id}/deliveries", {"What was sent, each attempt, and what is still to be", "List"}}, {"POST /v1/webhook-endpoints/{id}/resend", {"Send an event, or a range of them, once more", "Object"}},
        {"GET /oauth/callback", {"Where a browser comes back to from a consent page", ""}},
    };
    return all;
}

}  // namespace turnpike::app
