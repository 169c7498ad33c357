#include "duo.hpp"

namespace duo {

using turnpike::Form;
using turnpike::JsonArray;

Task<Next> Duo::check_config(Op& op) const {
    if (universal()) {
        Form form;
        form.add("client_id", integration_key_);
        form.add("client_assertion", assertion(op, url("/oauth/v1/health_check")));
        co_await oauth(op, "/oauth/v1/health_check", form, "oauth.health_check");
    } else {
        Ask check{"GET", "/auth/v2/check", "check", {}};
        co_await ask(op, check);
    }
    JsonArray details;
    details.add(JsonObject()
                    .set("check", "credentials")
                    .set("ok", true)
                    .set("message", "Duo accepts Integration Key, Secret and our clock."));
    co_return done(
        JsonObject().set("ok", true).set("account", integration_key_).set("details", details));
}

}  // namespace duo
