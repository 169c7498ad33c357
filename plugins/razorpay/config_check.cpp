#include "api.hpp"
#include "razorpay.hpp"

namespace razorpay {

using turnpike::JsonArray;
using turnpike::JsonObject;

Task<Next> Razorpay::check_config(Op& op) const {
    const std::string mode(turnpike::to_text(mode_));
    if (!key_id_.starts_with("rzp_" + mode + "_")) {
        throw turnpike::Error(turnpike::ErrorKind::config,
                              "The Key ID is not a " + mode + " key, but the integration is in " +
                                  mode + " mode.")
            .field("/settings/key_id");
    }
    co_await fetch(op, get(op, {key_id_, key_secret_}, "payments.first", "/payments",
                           turnpike::Form().add("count", 1)));
    JsonArray details;
    details.add(JsonObject()
                    .set("check", "keys")
                    .set("ok", true)
                    .set("message", "Razorpay accepts the keys."));
    co_return done(JsonObject().set("ok", true).set("account", "").set("details", details));
}

}  // namespace razorpay
