#include "paypal_express.hpp"

namespace paypal_express {

using turnpike::JsonArray;
using turnpike::JsonObject;

/// The signature interface has no mode in its names: the other mode's host refuses them.
Task<Next> PayPalExpress::check_config(Op& op) const {
    Nvp question("GetBalance", account());
    question.add("RETURNALLCURRENCIES", "1");
    const turnpike::Json balance = co_await fetch(
        op, call(account(), "balance.get", question, turnpike::Retry::idempotent));
    JsonArray details;
    details.add(JsonObject()
                    .set("check", "credentials")
                    .set("ok", true)
                    .set("message", "PayPal accepts the credentials."));
    const std::string_view currency = balance["L_CURRENCYCODE0"].text();
    if (!currency.empty()) {
        details.add(JsonObject()
                        .set("check", "currency")
                        .set("ok", true)
                        .set("message", "The account keeps " + std::string(currency) + "."));
    }
    co_return done(JsonObject().set("ok", true).set("account", "").set("details", details));
}

}  // namespace paypal_express
