#include "emetec.hpp"
#include "result.hpp"

namespace emetec {

using turnpike::Form;
using turnpike::Json;
using turnpike::JsonArray;
using turnpike::JsonObject;

/// A checkout nobody pays costs nothing, and needs token, entity and host to be right.
Task<Next> Emetec::check_config(Op& op) const {
    Form fields;
    fields.add("amount", "1.00").add("currency", currencies_.empty() ? "USD" : currencies_.front());
    fields.add("paymentType", payment_type_);
    const Json made = co_await fetch(op, post(gateway(), "checkout.try", "/v1/checkouts", fields));
    if (outcome_of(code_of(made)) != Outcome::waiting) throw error_of(made);
    JsonArray details;
    details.add(JsonObject()
                    .set("check", "gateway")
                    .set("ok", true)
                    .set("message", "The gateway accepts the entity and its token."));
    co_return done(JsonObject().set("ok", true).set("account", "").set("details", details));
}

}  // namespace emetec
