#include "duo.hpp"

namespace duo {
namespace {

using turnpike::Answer;
using turnpike::Error;
using turnpike::ErrorKind;
using turnpike::Form;
using turnpike::Host;
using turnpike::Key;
using turnpike::Request;

constexpr int64_t kLifeS = 300;
constexpr int64_t kLeewayS = 60;

bool equal_in_constant_time(std::string_view a, std::string_view b) {
    if (a.size() != b.size()) return false;
    unsigned difference = 0;
    for (size_t i = 0; i < a.size(); ++i)
        difference |= static_cast<unsigned>(static_cast<unsigned char>(a[i] ^ b[i]));
    return difference == 0;
}

[[noreturn]] void refuse_token(const char* why) {
    throw Error(ErrorKind::auth, std::string("Duo's token is not to be trusted: ") + why);
}

std::string decoded(const Host& host, std::string_view part) {
    std::string_view bytes;
    if (!host.try_transform("unbase64/1", part, bytes)) refuse_token("it is no base64.");
    return std::string(bytes);
}

Error oauth_refusal(const Answer& answer, const Json& body) {
    const std::string_view code = body["error"].text_or(body["code"].scalar());
    const bool ours = answer.status() == 401 || answer.status() == 403 ||
                      body["message"].text() == "invalid_client" || code == "invalid_client";
    const bool away = answer.status() >= 500 || answer.ok();
    return Error(ours ? ErrorKind::auth : away ? ErrorKind::provider : ErrorKind::input,
                 ours ? "Duo does not accept Client ID and Client secret." : "Duo refused.")
        .http_status(answer.status())
        .provider_code(code)
        .provider_message(body["error_description"].text_or(body["message_detail"].text()))
        .field(ours ? "/settings/secret_key" : "");
}

}  // namespace

std::string Duo::jwt(const Op& op, const JsonObject& claims) const {
    const Host& host = op.host();
    std::string text(host.transform("base64url/1", R"({"alg":"HS512"})"));
    text += '.';
    text += host.transform("base64url/1", claims.json());
    const std::string_view mac = host.hmac("hmac-sha512", Key::setting("secret_key"), text);
    return text + '.' + std::string(host.transform("base64url/1", mac));
}

std::string Duo::assertion(const Op& op, std::string_view audience) const {
    const int64_t now_s = op.now_unix_ms() / 1000;
    JsonObject claims;
    claims.set("iss", integration_key_).set("sub", integration_key_).set("aud", audience);
    claims.set("jti", op.random_hex("jti " + std::string(audience), 18));
    return jwt(op, claims.set("iat", now_s).set("exp", now_s + kLifeS));
}

Task<Json> Duo::oauth(Op& op, std::string path, Form form, std::string label) const {
    const Request question =
        Request("POST", url(path)).label(label).form(form).secret_answer().redact(
            "client_assertion");
    const Answer answer = co_await op.http(question);
    if (!answer.answered()) throw no_answer(answer);
    const Json body = answer.json();
    if (!body.is_object()) throw garbage(answer);
    const bool refused = body["stat"].text() == "FAIL" || body["error"];
    if (!answer.ok() || refused) throw oauth_refusal(answer, body);
    co_return body;
}

Task<Next> Duo::start_universal(Op& op) const {
    const Json input = op.input();
    const std::string state = op.random_hex("state", 18);
    const int64_t now_s = op.now_unix_ms() / 1000;
    const std::string_view redirect = input.need_text("/return_url");
    JsonObject claims;
    claims.set("response_type", "code").set("scope", "openid").set("exp", now_s + kLifeS);
    claims.set("client_id", integration_key_).set("redirect_uri", redirect).set("state", state);
    claims.set("duo_uname", input.need_text("/username")).set("iss", integration_key_);
    claims.set("aud", url("")).set("use_duo_code_attribute", true);
    Form query;
    query.add("response_type", "code").add("client_id", integration_key_);
    query.add("request", jwt(op, claims)).add("redirect_uri", redirect).add("scope", "openid");
    const std::string page = turnpike::with_query(url("/oauth/v1/authorize"), query);
    JsonObject kept;
    kept.set("state", state).set("redirect_uri", redirect);
    co_return done(JsonObject()
                       .set("status", "waiting")
                       .set("next_action", JsonObject().set("type", "redirect").set("url", page))
                       .set("state", kept));
}

void Duo::check_id_token(const Op& op, std::string_view token, std::string_view username) const {
    const size_t first = token.find('.');
    const size_t last = token.rfind('.');
    if (first == std::string_view::npos || first == last) refuse_token("it is no JWT.");
    const Host& host = op.host();
    const std::string head = decoded(host, token.substr(0, first));
    if (Json(host, head)["alg"].text() != "HS512") refuse_token("it is signed another way.");
    const std::string_view mac =
        host.hmac("hmac-sha512", Key::setting("secret_key"), token.substr(0, last));
    if (!equal_in_constant_time(mac, decoded(host, token.substr(last + 1))))
        refuse_token("its signature is wrong.");
    const std::string text = decoded(host, token.substr(first + 1, last - first - 1));
    const Json claims(host, text);
    const int64_t now_s = op.now_unix_ms() / 1000;
    if (claims["iss"].text() != url("/oauth/v1/token")) refuse_token("it has another issuer.");
    if (claims["aud"].text() != integration_key_) refuse_token("it is for another application.");
    if (claims["exp"].integer().value_or(0) + kLeewayS < now_s) refuse_token("it is over.");
    if (!claims["iat"].integer() || *claims["iat"].integer() > now_s + kLeewayS)
        refuse_token("it is from the future.");
    if (claims["preferred_username"].text() != username) refuse_token("it is about somebody else.");
    if (claims["auth_result"]["result"].text() != "allow")
        throw Error(ErrorKind::declined, "Duo did not allow it.");
}

/// The browser proves nothing: its state must be ours, and the code is exchanged with Duo.
Task<Next> Duo::complete(Op& op) const {
    const Json input = op.input();
    const Json query = op.inbound().query_form();
    const std::string_view state = input["state"].need_text("/state");
    if (!equal_in_constant_time(query["state"].text(), state))
        co_return done(JsonObject().set("status", "waiting"));
    if (query["error"])
        co_return done(JsonObject().set("status", "denied").set("reason", "user_denied"));
    Form form;
    form.add("grant_type", "authorization_code").add("code", query["duo_code"].text());
    form.add("redirect_uri", input["state"].need_text("/redirect_uri"));
    form.add("client_id", integration_key_);
    form.add("client_assertion_type", "urn:ietf:params:oauth:client-assertion-type:jwt-bearer");
    form.add("client_assertion", assertion(op, url("/oauth/v1/token")));
    const Json answer = co_await oauth(op, "/oauth/v1/token", form, "oauth.token");
    check_id_token(op, answer.need_text("/id_token"), input.need_text("/username"));
    co_return done(JsonObject().set("status", "allowed").set("reason", "approved"));
}

}  // namespace duo
