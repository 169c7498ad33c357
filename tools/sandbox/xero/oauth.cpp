#include <openssl/evp.h>

#include "tools/sandbox/xero/emulator.hpp"

namespace sandbox::xero {
namespace {

constexpr int64_t kCodeMs = 5 * 60'000;
constexpr int64_t kAccessMs = 30 * 60'000;
constexpr int64_t kGraceMs = 30 * 60'000;

std::string base64(const std::string& bytes) {
    std::string out(4 * ((bytes.size() + 2) / 3) + 1, '\0');
    out.resize(static_cast<size_t>(EVP_EncodeBlock(reinterpret_cast<unsigned char*>(out.data()), reinterpret_cast<const unsigned char*>(bytes.data()), static_cast<int>(bytes.size()))));
    return out;
}

/// RFC 7636, S256.
std::string challenge_of(const std::string& verifier) {
    unsigned char digest[EVP_MAX_MD_SIZE];
    unsigned int length = 0;
    EVP_Digest(verifier.data(), verifier.size(), digest, &length, EVP_sha256(), nullptr);
    std::string out = base64(std::string(reinterpret_cast<const char*>(digest), length));
    for (char& c : out) c = c == '+' ? '-' : c == '/' ? '_' : c;
    while (!out.empty() && out.back() == '=') out.pop_back();
    return out;
}

Response refused(const std::string& error) { return json_response(400, {{"error", error}}); }

}  // namespace

Desk::Signer Xero::signer(const std::string&) const {
    return [](const std::string& body, bool spoil) { return Headers{{"x-xero-signature", base64(bytes_of(hmac_hex("SHA256", spoil ? "wrong" : kWebhookKey, body)))}}; };
}

Response Xero::token(const Request& request) {
    const Json form = form_object(request.body);
    const auto [user, password] = basic_credentials(request);
    const bool pkce = user.empty() && form.value("client_id", "") == kClientId && (form.contains("code_verifier") || form.value("grant_type", "") == "refresh_token");
    if (!pkce && (user != kClientId || password != kClientSecret)) return refused("invalid_client");
    return grant(pkce ? "pkce" : "basic", form);
}

Response Xero::grant(const std::string& client, const Json& form) {
    const std::string type = form.value("grant_type", "");
    if (type == "client_credentials") return issue(client, false);
    if (type == "authorization_code") {
        const auto found = state_["codes"].find(form.value("code", ""));
        if (found == state_["codes"].end() || found->at("used").get<bool>() || found->at("at").get<int64_t>() + kCodeMs < now_ms()) return refused("invalid_grant");
        if (found->at("redirect_uri") != form.value("redirect_uri", "")) return refused("invalid_grant");
        const std::string challenge = found->at("challenge").get<std::string>();
        if (!challenge.empty() && challenge_of(form.value("code_verifier", "")) != challenge) return refused("invalid_grant");
        if (challenge.empty() && client == "pkce") return refused("invalid_client");
        (*found)["used"] = true;
        return issue(client, true);
    }
    if (type != "refresh_token") return refused("unsupported_grant_type");
    const auto found = state_["refresh"].find(form.value("refresh_token", ""));
    if (found == state_["refresh"].end()) return refused("invalid_grant");
    if (const int64_t rotated = found->at("rotated_at").get<int64_t>(); rotated > 0) {
        // Its answer may have been lost: for half an hour the same tokens are given again.
        const bool grace = state_["grace"].get<bool>() && rotated + kGraceMs > now_ms();
        if (!grace) {
            state_["refresh"].clear();
            return refused("invalid_grant");
        }
        return json_response(200, found->at("successor"));
    }
    Response fresh = issue(client, true);
    Json& old = state_["refresh"][form.value("refresh_token", "")];
    old["rotated_at"] = now_ms();
    old["successor"] = Json::parse(fresh.body);
    return fresh;
}

Response Xero::issue(const std::string& client, bool refreshable) {
    const std::string access = "eyJ." + new_id("", 40);
    state_["access"][access] = now_ms() + kAccessMs;
    Json out = {{"access_token", access}, {"expires_in", 1800}, {"token_type", "Bearer"}, {"scope", "accounting.invoices"}};
    if (!refreshable) return json_response(200, out);
    const std::string refresh = new_id("", 43);
    state_["refresh"][refresh] = {{"client", client}, {"rotated_at", 0}};
    state_["refreshes"] = state_["refreshes"].get<int64_t>() + 1;
    out["refresh_token"] = refresh;
    return json_response(200, out);
}

/// The consent page: Allow leads back with a code, Cancel with access_denied.
Response Xero::consent(const Request& request) {
    const Json query = form_object(request.query);
    if (query.value("client_id", "") != kClientId || query.value("response_type", "") != "code") return html_response(400, "<h1>Error: unauthorized_client</h1>");
    if (request.method == "GET") {
        auto button = [&](const char* action, const char* text) {
            return "<form method=\"post\" action=\"?" + html_escaped(request.query) + "&amp;answer=" + action + "\"><button id=\"" + action + "\">" + text + "</button></form>";
        };
        return html_response(200, "<!doctype html><html lang=\"en\"><meta charset=\"utf-8\"><title>Xero (emulated)</title><h1>Xero</h1><p>Emulated: an app wants access to Demo Company (Global).</p>" + button("allow", "Allow access") + button("cancel", "Cancel") + "</html>");
    }
    const std::string back = query.value("redirect_uri", ""), state = "&state=" + query.value("state", "");
    if (query.value("answer", "") != "allow") return redirect_to(back + "?error=access_denied" + state);
    const std::string code = new_id("", 32);
    state_["codes"][code] = {{"redirect_uri", back}, {"challenge", query.value("code_challenge", "")}, {"used", false}, {"at", now_ms()}};
    return redirect_to(back + "?code=" + code + "&scope=" + "accounting.invoices" + state + "&session_state=x");
}

void Xero::check_token(const Request& request) {
    const std::string header = request.header("Authorization");
    const std::string token = header.rfind("Bearer ", 0) == 0 ? header.substr(7) : "";
    const auto found = state_["access"].find(token);
    const bool known = found != state_["access"].end();
    if (known && found->get<int64_t>() > now_ms()) return;
    throw ApiError{401, {{"Type", nullptr}, {"Title", "Unauthorized"}, {"Status", 401}, {"Detail", known ? "TokenExpired: token expired at 11/22/2026 05:10:11" : "AuthenticationUnsuccessful"}, {"Instance", "x"}, {"Extensions", Json::object()}}};
}

void Xero::count_call() {
    const int64_t minute = now_ms() / 60'000, limit = state_["per_minute"].get<int64_t>();
    if (state_["minute"] != minute) state_["calls"] = 0;
    state_["minute"] = minute;
    const int64_t calls = state_["calls"].get<int64_t>() + 1;
    if (calls > limit) throw ApiError{429, nullptr, {{"Retry-After", "1"}, {"X-Rate-Limit-Problem", "minute"}}};
    state_["calls"] = calls;
}

Json Xero::connections() const {
    Json out = Json::array();
    for (const Json& tenant : state_.at("tenants"))
        out.push_back({{"id", "e1eede29-f875-4a5d-8470-17f6a29a88b1"}, {"authEventId", "d99ecdfe-391d-43d2-b834-17636ba90e8d"}, {"tenantId", tenant.at("id")}, {"tenantType", "ORGANISATION"}, {"tenantName", tenant.at("name")},
                       {"createdDateUtc", "2026-11-22T05:10:11.1230000"}, {"updatedDateUtc", "2026-11-22T05:10:11.1230000"}});
    return out;
}

}  // namespace sandbox::xero
