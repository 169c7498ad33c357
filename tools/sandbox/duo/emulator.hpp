#pragma once

#include <map>
#include <random>

#include "tools/sandbox/core/desk.hpp"
#include "tools/sandbox/duo/duo.hpp"

namespace sandbox::duo {

constexpr const char* kHost = "api-1a2b3c4d.duosecurity.com";
constexpr const char* kIntegrationKey = "DIWJ8X6AEYOR5OMC6TQ1";
constexpr const char* kSecretKey = "Zh5eGmUq9zpfQnyUIu5OL9iWoMMv5ZNmk3zLJ4Ep";
constexpr const char* kWebKey = "DIXXXXXXXXXXXXXXXXXX";  ///< of the Web SDK application: Duo's own page
constexpr const char* kWebSecret = "deadbeefdeadbeefdeadbeefdeadbeefdeadbeef";
constexpr const char* kRightCode = "123456";  ///< of everybody's app, once for each person

/// The signature Duo expects: HMAC over the canonical text, hex.  Version 5 for JSON bodies and GET, 2 for forms.
std::string expected_signature(const Request& request, const std::string& secret, int version, const std::string& algorithm);
/// Percent-encoded pairs, sorted, of a query or form text.
std::string canonical_params(const std::string& text);
std::string sha512_hex(const std::string& bytes);
std::string base64url(const std::string& bytes);
std::string base64url_decoded(const std::string& text);
std::string jwt(const Json& claims, const std::string& secret);
/// The claims when the signature fits, else null.
Json jwt_claims(const std::string& token, const std::string& secret);

/// Duo's Auth API and its own page.  People are told by their names (README): allow, deny, fraud, timeout, locked, enroll,
/// bypass, nodev, ratelimited, http500, verified; anybody else has a phone that waits for an answer.
class Duo : public Emulator {
  public:
    explicit Duo(const Surroundings& surroundings) { reset(surroundings.seed); }
    std::string id() const override { return "duo"; }
    std::vector<std::string> hosts() const override { return {kHost}; }
    Response handle(const Request& request) override;
    Json ledger() const override { return Json::array(); }
    Response act(const Json& action) override;
    void set_hook(const std::string&, const std::string&) override {}
    Response events(const Json&) override { return json_response(404, {{"error", "Duo sends no messages"}}); }
    Json pushes() const override;
    Response answer_push(const std::string& id, const Json& answer) override;
    void reset(uint64_t seed) override;
    Json snapshot() const override { return state_; }
    void restore(const Json& snapshot) override { state_ = snapshot; }

  private:
    Response api(const Request& request);
    Json params(const Request& request) const;
    Response refuse_signature(const Request& request) const;
    Response preauth(const Json& in);
    Response auth(const Json& in);
    Response passcode(const Json& in, const std::string& name);
    Response status(const Json& in);
    Response enroll(const Json& in);
    Response enroll_status(const Json& in);
    Response oauth(const Request& request);
    Response authorize(const Request& request);
    Response press(const Request& request, const std::string& button);
    Response token(const Request& request);
    bool assertion_fits(const Json& form, const std::string& path) const;
    Json outcome(const std::string& name, const std::string& answer) const;
    std::string new_id(const std::string& prefix, size_t length);
    int64_t now_s() const;

    Json state_;
    std::mt19937_64 random_;
};

}  // namespace sandbox::duo
