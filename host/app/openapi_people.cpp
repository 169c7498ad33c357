#include "host/app/openapi.hpp"

namespace turnpike::app {

const std::map<std::string, std::vector<Member>>& people_bodies() {
    static const std::map<std::string, std::vector<Member>> all = {
        {"POST /v1/sessions", {{"site", "panel|portal"}, {"username", "string", true}, {"password", "string", true}}},
        {"POST /v1/sessions/link", {{"token", "string", true}}},
        {"POST /v1/sessions/current/password", {{"current", "string", true}, {"new", "string", true}}},
        {"POST /v1/sessions/current/second-factor", {{"factor", "auto|push|phone|sms|passcode|totp|recovery"}, {"device", "string"}, {"passcode", "string"}}},
        {"POST /v1/sessions/current/totp/confirm", {{"passcode", "string", true}}},
        {"POST /v1/users", {{"username", "string", true}, {"role", "owner|operator|finance|support"}, {"customer", "string"}}},
        {"PATCH /v1/users/{id}", {{"role", "owner|operator|finance|support"}, {"disabled", "boolean"}}},
        {"POST /v1/customers/{id}/portal-links", {{"ttl_s", "integer"}}},
        {"POST /v1/2fa/challenges", {{"integration", "string", true}, {"username", "string", true}, {"factor", "auto|push|phone|sms|passcode"}, {"device", "string"},
                                     {"passcode", "string"}, {"ip", "string"}, {"site", "string"}, {"return_url", "string"}}},
        {"POST /v1/2fa/challenges/{id}/passcode", {{"passcode", "string", true}}},
        {"POST /v1/2fa/enrollments", {{"integration", "string", true}, {"username", "string", true}}},
        {"POST /v1/2fa/enrollments/confirm", {{"integration", "string", true}, {"username", "string", true}, {"passcode", "string"}, {"user_id", "string"}, {"activation_code", "string"}}},
        {"POST /v1/portal/quotes", {{"integration", "string", true}, {"currency", "string", true}, {"amount", "amount", true}}},
        {"POST /v1/portal/payments", {{"integration", "string", true}, {"currency", "string", true}, {"amount", "amount", true}, {"quote", "string"}, {"locale", "string"}, {"method", "string"}}},
    };
    return all;
}

const std::map<std::string, OperationText>& people_texts() {
    static const std::map<std::string, OperationText> all = {
        {"POST /v1/sessions", {"Sign in to the panel or the portal", "Session"}}, {"POST /v1/sessions/link", {"Sign in to the portal by a signed link", "Session"}},
        {"GET /v1/sessions/current", {"The browser's own session; waits for its challenge", "Session"}}, {"DELETE /v1/sessions/current", {"Sign out", ""}},
        {"POST /v1/sessions/current/password", {"Change one's own password", "Session"}}, {"POST /v1/sessions/current/second-factor", {"Pass the site's second factor", "Session"}},
        {"POST /v1/sessions/current/totp", {"Start enrolling an authenticator app", "Object"}}, {"POST /v1/sessions/current/totp/confirm", {"Finish enrolling an authenticator app", "Object"}},
        {"GET /v1/sessions", {"List sessions", "List"}}, {"DELETE /v1/sessions/{id}", {"End a session", ""}}, {"POST /v1/users", {"Create a user with a one-time password", "User"}},
        {"GET /v1/users", {"List users", "List"}}, {"GET /v1/users/{id}", {"Show a user", "User"}}, {"PATCH /v1/users/{id}", {"Change a user's role, disable or enable a user", "User"}},
        {"DELETE /v1/users/{id}", {"Delete a user", ""}}, {"POST /v1/users/{id}/reset", {"Give a user a new one-time password; the second factor is enrolled anew", "User"}},
        {"POST /v1/customers/{id}/portal-links", {"Make a link that signs a customer in once", "Object"}},
        {"POST /v1/2fa/challenges", {"Ask somebody for a second factor", "Challenge"}}, {"GET /v1/2fa/challenges/{id}", {"Show a challenge; waits until it is decided", "Challenge"}},
        {"POST /v1/2fa/challenges/{id}/passcode", {"Try a code", "Challenge"}}, {"POST /v1/2fa/challenges/{id}/consume", {"Use an allowed challenge up", "Challenge"}},
        {"POST /v1/2fa/enrollments", {"Start enrolling somebody", "Object"}}, {"POST /v1/2fa/enrollments/confirm", {"Finish enrolling, or ask whether it is finished", "Object"}},
        {"GET /v1/2fa/devices", {"What the provider knows of somebody's devices", "Object"}}, {"GET /2fa/return/{token}", {"Where a browser comes back to from a second factor's page", ""}},
        {"POST /2fa/return/{token}", {"Where a browser comes back to from a second factor's page", ""}},
        {"GET /panel", {"The control panel", ""}}, {"GET /panel/{rest...}", {"The control panel", ""}}, {"GET /portal", {"The customer portal", ""}}, {"GET /portal/{rest...}", {"The customer portal", ""}},
        {"GET /assets/{file}", {"Scripts and styles of the pages", ""}}, {"GET /", {"Leads to the control panel", ""}},
        {"GET /v1/portal/me", {"The signed-in customer", "Object"}}, {"GET /v1/portal/ways", {"Ways to pay", "List"}}, {"POST /v1/portal/quotes", {"Ask what a credit would cost", "Quote"}},
        {"POST /v1/portal/payments", {"Pay", "Payment"}}, {"GET /v1/portal/payments", {"One's own payments", "List"}}, {"GET /v1/portal/payments.csv", {"One's own payments as CSV", ""}}, {"GET /v1/portal/payments/{id}", {"One of one's own payments", "Payment"}},
    };
    return all;
}

}  // namespace turnpike::app
