#pragma once

#include <string>

#include "signing.hpp"
#include "turnpike/provider.hpp"

namespace duo {

using turnpike::Json;
using turnpike::JsonObject;
using turnpike::Next;
using turnpike::Op;
using turnpike::Task;

/// One call of the Auth API.
struct Ask {
    std::string method, path, label;
    Params params;
    bool long_poll = false;
    bool unsigned_call = false;
};

/// One application of one Duo account: the Auth API, Duo's own page (Universal Prompt), and the tokens of the old
/// Web SDK.
class Duo {
  public:
    explicit Duo(const turnpike::Config& config);

    Task<Next> check_config(Op& op) const;
    Task<Next> preauth(Op& op) const;
    Task<Next> start(Op& op) const;
    Task<Next> poll(Op& op) const;
    Task<Next> passcode(Op& op) const;
    Task<Next> complete(Op& op) const;
    Task<Next> devices(Op& op) const;
    Task<Next> enroll(Op& op) const;
    Task<Next> enroll_poll(Op& op) const;
    Task<Next> token_sign(Op& op) const;
    Task<Next> token_verify(Op& op) const;

  private:
    bool universal() const { return flow_ == "universal"; }
    /// What Duo answers, its "response"; waits where Duo asks to, and corrects our clock once.  Throws what it refuses.
    Task<Json> ask(Op& op, Ask what) const;
    turnpike::Request request(const Op& op, const Ask& what, int64_t offset_s) const;
    Task<int64_t> clock_offset_s(Op& op) const;
    Task<Json> oauth(Op& op, std::string path, turnpike::Form form, std::string label) const;
    /// A JWT signed with the client secret.
    std::string jwt(const Op& op, const JsonObject& claims) const;
    std::string assertion(const Op& op, std::string_view audience) const;
    Task<Next> start_universal(Op& op) const;
    void check_id_token(const Op& op, std::string_view token, std::string_view username) const;
    std::string url(std::string_view path) const { return "https://" + host_ + std::string(path); }

    std::string integration_key_, host_, flow_;
    bool verified_push_, version_5_, has_akey_;
};

/// What an answer of auth or auth_status means: {status, reason?, factor?}.
JsonObject decision(const Json& response);

}  // namespace duo
