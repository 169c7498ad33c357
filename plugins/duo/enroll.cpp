#include "duo.hpp"

namespace duo {

Task<Next> Duo::enroll(Op& op) const {
    Ask question{"POST", "/auth/v2/enroll", "enroll", {}};
    question.params.emplace_back("username", op.input().need_text("/username"));
    const Json response = co_await ask(op, question);
    JsonObject out;
    for (const char* name : {"user_id", "activation_code", "activation_barcode", "activation_url"})
        out.set(name, response[name].text());
    if (const auto until = response["expiration"].integer())
        out.set("expires_at_unix_ms", *until * 1000);
    co_return done(out);
}

Task<Next> Duo::enroll_poll(Op& op) const {
    const Json input = op.input();
    Ask question{"POST", "/auth/v2/enroll_status", "enroll_status", {}};
    question.params.emplace_back("user_id", input.need_text("/user_id"));
    question.params.emplace_back("activation_code", input.need_text("/activation_code"));
    const Json response = co_await ask(op, question);
    const std::string_view said = response.text();
    const bool known = said == "success" || said == "waiting";
    co_return done(JsonObject().set("status", known ? said : "invalid"));
}

}  // namespace duo
