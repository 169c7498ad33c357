#pragma once

#include <functional>
#include <string>

#include "host/http/message.hpp"
#include "host/identity/password.hpp"
#include "host/identity/sessions.hpp"
#include "host/identity/users.hpp"
#include "host/twofactor/challenges.hpp"

namespace turnpike::app {

/// What signing in needs from the running host.
struct People {
    identity::Sessions& sessions;
    identity::PasswordThread& passwords;
    twofactor::Challenges& challenges;
    std::function<std::string(const std::string& site)> second_factor_of;  ///< "", "totp" or an integration
    std::function<bool()> production;
    std::function<std::string()> public_url;
};

/// The cookie of a site, and its token in a request; "" when there is none.
std::string cookie_name(const std::string& site);
std::string cookie_token(const http::Request& request, const std::string& site);
/// Set-Cookie for a session's token; an empty one ends it.
http::Header session_cookie(const std::string& site, const std::string& token);

/// A browser sends Origin with whatever may change something: it must be ours.  Failure: 403 cross_site.
Result<void> same_origin(const People& people, const http::Request& request);
/// As above, and X-CSRF-Token must be the session's; only for methods that may change something.
Result<void> not_forged(const People& people, const http::Request& request, const identity::Session& session);
/// The session of a request's cookie, whatever its status.  Failure: 401 not_signed_in.
Result<identity::Session> session_of(const People& people, const http::Request& request, const std::string& site);

}  // namespace turnpike::app
