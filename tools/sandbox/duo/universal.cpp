#include "tools/sandbox/duo/emulator.hpp"

namespace sandbox::duo {
namespace {

Response refused(int status, const std::string& error, const std::string& why) { return json_response(status, {{"error", error}, {"error_description", why}}); }

std::string own_url(const std::string& path) { return std::string("https://") + kHost + path; }

std::string page(const Request& request, const std::string& username) {
    const std::string path = request.base + "/" + kHost + request.path;
    std::string out = "<!doctype html><html lang=\"en\"><meta charset=\"utf-8\"><title>Duo (sandbox)</title><h1>Is it you, " + html_escaped(username) + "?</h1>";
    for (const char* button : {"approve", "deny"})
        out += "<form method=\"post\" action=\"" + html_escaped(path + "/" + button + "?" + request.query) + "\"><button>" + std::string(button) + "</button></form>";
    return out + "</html>";
}

}  // namespace

bool Duo::assertion_fits(const Json& form, const std::string& path) const {
    const Json claims = jwt_claims(form.value("client_assertion", ""), kWebSecret);
    return claims.is_object() && claims.value("iss", "") == kWebKey && claims.value("sub", "") == kWebKey && claims.value("aud", "") == own_url(path) &&
           claims.value("exp", int64_t{0}) > now_s() && claims.value("jti", "").size() >= 16;
}

Response Duo::oauth(const Request& request) {
    if (request.path == "/oauth/v1/authorize" && request.method == "GET") return authorize(request);
    if (request.path.rfind("/oauth/v1/authorize/", 0) == 0 && request.method == "POST") return press(request, request.path.substr(20));
    if (request.path == "/oauth/v1/token" && request.method == "POST") return token(request);
    if (request.path != "/oauth/v1/health_check" || request.method != "POST") return json_response(404, {{"stat", "FAIL"}, {"code", 40401}, {"message", "Resource not found"}});
    const Json form = form_object(request.body);
    if (form.value("client_id", "") == kWebKey && assertion_fits(form, request.path)) return json_response(200, {{"stat", "OK"}, {"response", {{"timestamp", now_s()}}}});
    return json_response(400, {{"stat", "FAIL"}, {"code", 40002}, {"message", "invalid_client"}, {"message_detail", "Failed to verify signature"}, {"timestamp", now_s()}});
}

Response Duo::authorize(const Request& request) {
    const Json query = form_object(request.query);
    const Json claims = jwt_claims(query.value("request", ""), kWebSecret);
    if (!claims.is_object() || claims.value("client_id", "") != query.value("client_id", "-")) return html_response(400, "The request is not signed by this application.");
    const size_t state = claims.value("state", "").size();
    const bool right = claims.value("aud", "") == own_url("") && claims.value("exp", int64_t{0}) > now_s() && claims.value("redirect_uri", "") == query.value("redirect_uri", "-") &&
                       claims.value("response_type", "") == "code" && claims.value("scope", "") == "openid" && state >= 16 && state <= 1024;
    if (!right) return html_response(400, "The request's claims are not right.");
    return html_response(200, page(request, claims.value("duo_uname", "")));
}

Response Duo::press(const Request& request, const std::string& button) {
    const Json query = form_object(request.query);
    const Json claims = jwt_claims(query.value("request", ""), kWebSecret);
    if (!claims.is_object()) return html_response(400, "The request is not signed by this application.");
    const std::string back = claims.value("redirect_uri", "") + "?state=" + claims.value("state", "");
    if (button == "deny") return redirect_to(back + "&error=access_denied&error_description=Denied");
    const std::string code = new_id("", 32);
    state_["codes"][code] = claims;
    return redirect_to(back + "&duo_code=" + code);
}

Response Duo::token(const Request& request) {
    const Json form = form_object(request.body);
    if (!assertion_fits(form, request.path)) return refused(401, "invalid_client", "Failed to verify signature");
    const std::string code = form.value("code", "");
    if (!state_["codes"].contains(code) || !state_["codes"][code].is_object()) return refused(400, "invalid_grant", "The provided authorization grant is invalid");
    const Json claims = state_["codes"][code];
    state_["codes"].erase(code);
    if (claims.value("redirect_uri", "") != form.value("redirect_uri", "-")) return refused(400, "invalid_grant", "The redirect_uri differs");
    const std::string name = claims.value("duo_uname", "");
    const Json id = {{"iss", own_url("/oauth/v1/token")}, {"sub", name}, {"aud", kWebKey}, {"exp", now_s() + 3600}, {"iat", now_s()}, {"auth_time", now_s()}, {"preferred_username", name},
                     {"auth_result", {{"result", "allow"}, {"status", "allow"}, {"status_msg", "Login Successful"}}}, {"auth_context", {{"txid", new_id("", 20)}, {"factor", "duo_push"}}}};
    return json_response(200, {{"id_token", jwt(id, kWebSecret)}, {"access_token", new_id("", 32)}, {"expires_in", 3600}, {"token_type", "Bearer"}});
}

}  // namespace sandbox::duo
