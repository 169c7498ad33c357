#include "xero.hpp"

namespace xero {
namespace {

constexpr std::string_view kAuthorize = "https://login.xero.com/identity/connect/authorize";

/// 43 to 128 characters of RFC 7636; the same in connect.start and connect.complete, which share an operation id.
std::string verifier_of(const Op& op) { return op.random_hex("pkce", 32); }

std::string challenge_of(const Op& op) {
    return std::string(op.host().transform("base64url/1", op.host().digest("sha256", verifier_of(op))));
}

Error refused_by_person(const Json& query) {
    const std::string_view code = query["error"].text();
    return Error(ErrorKind::declined, code == "access_denied" ? "Nobody allowed the connection at Xero."
                                                              : "Xero did not connect.")
        .no_effect()
        .provider_code(code);
}

}  // namespace

Task<Next> Xero::connect_start(Op& op) const {
    if (custom_connection()) {
        throw Error(ErrorKind::unsupported, "A custom connection needs no consent page: it works with its client id and secret.").no_effect();
    }
    turnpike::Form query;
    query.add("response_type", "code").add("client_id", client_id_);
    query.add("redirect_uri", op.input().need_text("/redirect_uri")).add("scope", scopes_);
    query.add("state", op.input().need_text("/state"));
    if (auth_type_ == "pkce") query.add("code_challenge", challenge_of(op)).add("code_challenge_method", "S256");
    co_return done(JsonObject().set("url", turnpike::with_query(kAuthorize, query)));
}

/// Spends the code, keeps the tokens, and names the organisations this connection may enter.
Task<Next> Xero::connect_complete(Op& op) const {
    const Json query = op.inbound().query_form();
    if (!query["error"].text().empty()) throw refused_by_person(query);
    turnpike::Form form;
    form.add("grant_type", "authorization_code").add("code", query.need_text("/code"));
    form.add("redirect_uri", op.input().need_text("/redirect_uri"));
    if (auth_type_ == "pkce") form.add("client_id", client_id_).add("code_verifier", verifier_of(op));
    const Answer answer = co_await op.http(token_request(op, form, "connect.token"));
    const std::string token = keep_tokens(op, answer);
    op.keep("demo_company", {}, 0, turnpike::KeepFor::transcript_may_show);
    const Ask question = get("https://api.xero.com/connections", "connections");
    const Answer listed = co_await op.http(request(op, question, token, "connections"));
    if (!listed.ok()) throw error_of(listed);
    JsonArray choices;
    std::string only, chosen;
    size_t count = 0;
    for (const Json& one : listed.json().items()) {
        if (one["tenantType"].text() != "ORGANISATION") continue;
        ++count;
        only = one["tenantId"].text();
        if (turnpike::lower(only) == tenant_) chosen = only;
        choices.add(JsonObject().set("tenant_id", only).set("name", one["tenantName"].text()));
    }
    if (count == 1) chosen = only;
    JsonObject out;
    out.set("ok", !chosen.empty()).set("organisations", choices);
    if (!chosen.empty()) out.set("account", chosen).set("settings", JsonObject().set("tenant_id", chosen));
    out.set("message", chosen.empty() ? "Choose one of the organisations: write its id into tenant_id." : "Xero is connected.");
    co_return done(out);
}

}  // namespace xero
