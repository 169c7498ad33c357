#include "host/app/people.hpp"

#include "host/base/crypto.hpp"

namespace turnpike::app {
namespace {

bool only_reads(const http::Request& request) { return request.method == "GET" || request.method == "HEAD"; }

}  // namespace

std::string cookie_name(const std::string& site) { return "__Host-turnpike_" + site; }

std::string cookie_token(const http::Request& request, const std::string& site) {
    const std::string wanted = cookie_name(site) + "=";
    for (const http::Header& header : request.headers) {
        if (!http::same_name(header.name, "Cookie")) continue;
        for (size_t from = 0; from < header.value.size();) {
            const size_t end = std::min(header.value.find(';', from), header.value.size());
            std::string_view one(header.value.data() + from, end - from);
            while (!one.empty() && one.front() == ' ') one.remove_prefix(1);
            if (one.substr(0, wanted.size()) == wanted) return std::string(one.substr(wanted.size()));
            from = end + 1;
        }
    }
    return {};
}

http::Header session_cookie(const std::string& site, const std::string& token) {
    // The prefix __Host- needs Secure; browsers take 127.0.0.1 and localhost for secure.
    const std::string same_site = site == "panel" ? "Strict" : "Lax";
    const std::string age = token.empty() ? "0" : std::to_string(identity::kSessionMostMs / 1000);
    return {"Set-Cookie", cookie_name(site) + "=" + token + "; Path=/; Max-Age=" + age + "; HttpOnly; Secure; SameSite=" + same_site};
}

Result<void> same_origin(const People& people, const http::Request& request) {
    const std::string* origin = request.header("Origin");
    if (origin && *origin == people.public_url()) return {};
    return failure(403, "cross_site", "This request must come from a page of this host.");
}

Result<void> not_forged(const People& people, const http::Request& request, const identity::Session& session) {
    if (only_reads(request)) return {};
    if (auto ours = same_origin(people, request); !ours) return ours;
    const std::string* token = request.header("X-CSRF-Token");
    if (token && equal_constant_time(*token, people.sessions.csrf_token(session))) return {};
    return failure(403, "csrf_token_wrong", "Send the session's csrf_token as X-CSRF-Token.");
}

Result<identity::Session> session_of(const People& people, const http::Request& request, const std::string& site) {
    const std::string token = cookie_token(request, site);
    auto session = token.empty() ? std::nullopt : people.sessions.find(token, site);
    if (!session) return failure(401, "not_signed_in", "Sign in first.");
    return std::move(*session);
}

}  // namespace turnpike::app
