#include "duo.hpp"

namespace duo {
namespace {

using turnpike::JsonArray;

JsonArray factors_of(const Json& device) {
    JsonArray out;
    bool none = true;
    for (const Json& one : device["capabilities"].items()) {
        const std::string_view name = one.text();
        if (name == "mobile_otp") continue;
        out.add(name);
        none = false;
    }
    // A token shows a code, and so does the phone's app.
    if (none || device["type"].text() == "token") out.add("passcode");
    return out;
}

JsonArray devices_of(const Json& response) {
    JsonArray out;
    for (const Json& device : response["devices"].items()) {
        JsonObject one;
        one.set("id", device["device"].text());
        one.set("name", device["display_name"].text_or(device["name"].text()));
        one.set("type", device["type"].text()).set("factors", factors_of(device));
        out.add(one);
    }
    return out;
}

}  // namespace

Task<Next> Duo::preauth(Op& op) const {
    const Json input = op.input();
    if (universal()) {
        // Duo's page knows the person; all that can be known before is whether Duo is there.
        turnpike::Form form;
        form.add("client_id", integration_key_);
        form.add("client_assertion", assertion(op, url("/oauth/v1/health_check")));
        co_await oauth(op, "/oauth/v1/health_check", form, "oauth.health_check");
        co_return done(JsonObject().set("result", "auth"));
    }
    Ask question{"POST", "/auth/v2/preauth", "preauth", {}};
    question.params.emplace_back("username", input.need_text("/username"));
    if (const std::string_view ip = input["ip"].text(); !ip.empty())
        question.params.emplace_back("ipaddr", ip);
    const bool push = input["factor"].text() == "push" || input["factor"].text() == "auto";
    if (verified_push_ && push)
        question.params.emplace_back("client_supports_verified_push", "1");
    const Json response = co_await ask(op, question);
    const std::string_view result = response["result"].text();
    const bool known = result == "auth" || result == "allow" || result == "enroll";
    JsonObject out;
    out.set("result", known ? result : "deny");
    out.set("devices", devices_of(response));
    const std::string_view portal = response["enroll_portal_url"].text();
    if (!portal.empty())
        out.set("next_action", JsonObject().set("type", "redirect").set("url", portal));
    if (const std::string_view txid = response["txid"].text(); !txid.empty()) {
        out.set("verification_code", response["verification_code"].scalar());
        out.set("state", JsonObject().set("push_txid", txid));
    }
    co_return done(out);
}

Task<Next> Duo::devices(Op& op) const {
    Ask question{"POST", "/auth/v2/preauth", "preauth", {}};
    question.params.emplace_back("username", op.input().need_text("/username"));
    const Json response = co_await ask(op, question);
    co_return done(JsonObject()
                       .set("result", response["result"].text())
                       .set("devices", devices_of(response)));
}

}  // namespace duo
