#include "checkout.hpp"

namespace moneris {

turnpike::Request checkout_call(const Store& store, std::string_view action,
                                turnpike::JsonObject more) {
    turnpike::JsonObject body;
    body.set("store_id", store.id).set("api_token", store.api_token);
    body.set("checkout_id", store.checkout_id);
    more.set("environment", store.environment()).set("action", action);
    // One object of both: the members of `more` follow.
    std::string text = body.json();
    text.back() = ',';
    text += more.json().substr(1);
    return turnpike::Request("POST",
                             std::string(store.gateway()) + "/chktv2/request/request.php")
        .label("checkout." + std::string(action))
        .body("application/json", text)
        .redact("api_token")
        .retry(turnpike::Retry::idempotent);
}

turnpike::Json response_of(const turnpike::Answer& answer) {
    if (!answer.ok()) return {};
    const turnpike::Json response = answer.json()["response"];
    return response["success"].scalar().empty() && !response["success"] ? turnpike::Json()
                                                                        : response;
}

std::string_view said(const turnpike::Json& value) {
    const std::string_view text = value.scalar();
    return text == "null" ? std::string_view() : text;
}

}  // namespace moneris
