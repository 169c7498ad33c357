#include "moneris.hpp"

namespace moneris {
namespace {

using turnpike::Answer;
using turnpike::Error;
using turnpike::ErrorKind;
using turnpike::Json;
using turnpike::JsonArray;
using turnpike::JsonObject;

/// Stores everybody may test with; they exist in qa only.
bool is_test_store(std::string_view id) {
    return id.starts_with("store") || id.starts_with("monca") || id == "moneris";
}

}  // namespace

/// A ticket nobody uses costs nothing, and needs all three values to be right.
Task<Next> Moneris::check_config(Op& op) const {
    if (mode_ == turnpike::Mode::live && is_test_store(store_id_)) {
        throw Error(ErrorKind::config, "This is one of Moneris's test stores, in live mode.")
            .field("/settings/store_id");
    }
    if (checkout_id_.empty()) {
        throw Error(ErrorKind::config, "Payments need a Checkout ID.")
            .field("/settings/checkout_id");
    }
    JsonObject question;
    question.set("txn_total", "1.00");
    const Answer answer = co_await op.http(checkout_call(store(), "preload", question));
    const Json response = response_of(answer);
    if (!response.is_object())
        throw answer.answered() ? turnpike::garbage(answer) : turnpike::no_answer(answer);
    if (response["success"].text() != "true") {
        throw Error(ErrorKind::auth,
                    "Moneris does not accept Store ID, Signature and Checkout ID together, or "
                    "they belong to the other mode.")
            .provider_message(turnpike::cut(response["error"].json(), 200))
            .field("/settings/api_token");
    }
    JsonArray details;
    details.add(JsonObject()
                    .set("check", "checkout")
                    .set("ok", true)
                    .set("message", "Moneris accepts the store and its checkout."));
    co_return done(JsonObject().set("ok", true).set("account", store_id_).set("details", details));
}

}  // namespace moneris
