#include "xero.hpp"

namespace xero {
namespace {

constexpr std::string_view kToken = "https://identity.xero.com/connect/token";
constexpr int64_t kSparedS = 60;
constexpr uint32_t kRefreshLifeS = 60 * 86400;

Error token_error(const Answer& answer) {
    if (!answer.answered()) return turnpike::no_answer(answer);
    const std::string_view code = answer.json()["error"].text();
    if (code == "invalid_grant") {
        return Error(ErrorKind::auth, "Xero ended this connection: connect the integration again.")
            .provider_code(code)
            .http_status(answer.status());
    }
    if (code == "invalid_client" || code == "unauthorized_client") {
        return Error(ErrorKind::auth, "Xero does not know this client id and secret.")
            .field("/settings/client_id")
            .provider_code(code)
            .http_status(answer.status());
    }
    if (answer.status() == 429) {
        return Error(ErrorKind::rate, "Xero asks for fewer calls.")
            .retry_after_ms(answer.retry_after_ms());
    }
    if (code.empty()) return turnpike::garbage(answer);
    return Error(ErrorKind::config, "Xero gives no token.")
        .provider_code(code)
        .http_status(answer.status());
}

}  // namespace

turnpike::Request Xero::token_request(const Op& op, const turnpike::Form& form,
                                      std::string_view label) const {
    turnpike::Request out = turnpike::Request("POST", kToken)
                                .label(label)
                                .header("Accept", "application/json")
                                .form(form)
                                .redact("code_verifier")
                                .secret_answer();
    if (auth_type_ == "pkce") return out;
    return std::move(out).basic(op.host(), client_id_, client_secret_);
}

/// The refresh token rotates: both tokens are on disk before either is used.
std::string Xero::keep_tokens(Op& op, const Answer& answer) const {
    if (!answer.ok()) throw token_error(answer);
    const Json tokens = answer.json();
    const std::string access(tokens["access_token"].text());
    if (access.empty()) throw turnpike::garbage(answer);
    const int64_t life_s = tokens["expires_in"].integer().value_or(1800) - kSparedS;
    op.keep("access_token", access, static_cast<uint32_t>(std::max<int64_t>(life_s, 1)),
            turnpike::KeepFor::durable_secret);
    if (const std::string_view refresh = tokens["refresh_token"].text(); !refresh.empty())
        op.keep("refresh_token", refresh, kRefreshLifeS, turnpike::KeepFor::durable_secret);
    return access;
}

/// A token that works, by one refresh for all operations that need it at once.  `refused`: the one Xero just turned
/// down.
Task<std::string> Xero::access_token(Op& op, std::string refused) const {
    const std::string_view kept = op.kept("access_token");
    if (!kept.empty() && kept != refused) co_return std::string(kept);
    turnpike::Form form;
    if (custom_connection()) {
        form.add("grant_type", "client_credentials").add("scope", scopes_);
    } else {
        const std::string_view refresh = op.kept("refresh_token");
        if (refresh.empty()) {
            throw Error(ErrorKind::auth, "Connect this integration to Xero first.").no_effect();
        }
        form.add("grant_type", "refresh_token").add("refresh_token", refresh);
        if (auth_type_ == "pkce") form.add("client_id", client_id_);
    }
    // The same refresh token may be sent again for half an hour when its answer was lost.
    turnpike::Request request =
        token_request(op, form, refused.empty() ? "token" : "token.again")
            .coalesce("token")
            .retry(turnpike::Retry::idempotent);
    const Answer answer = co_await op.http(request);
    if (answer.coalesced()) {
        const std::string access(answer.kept()["access_token"].text());
        if (access.empty()) {
            throw Error(ErrorKind::auth, "Another operation asked Xero for a token and got none.")
                .no_effect();
        }
        co_return access;
    }
    co_return keep_tokens(op, answer);
}

}  // namespace xero
