#include "api.hpp"
#include "paymongo.hpp"

namespace paymongo {
namespace {

using turnpike::Answer;
using turnpike::Form;
using turnpike::Json;
using turnpike::JsonArray;
using turnpike::JsonObject;

void check_prefix(const std::string& key, std::string_view prefix, std::string_view field,
                  std::string_view mode) {
    if (key.empty() || key.starts_with(std::string(prefix) + std::string(mode) + "_")) return;
    throw turnpike::Error(turnpike::ErrorKind::config,
                          "This is not a " + std::string(mode) +
                              " key, but the integration is in " + std::string(mode) + " mode.")
        .field("/settings/" + std::string(field));
}

JsonObject line(std::string_view check, bool ok, const std::string& message) {
    return JsonObject().set("check", check).set("ok", ok).set("message", message);
}

bool offers(const Json& enabled, const std::string& method) {
    for (const Json& one : enabled.items()) {
        if (one.text() == method) return true;
    }
    return false;
}

}  // namespace

/// One method that the account lacks makes PayMongo refuse the whole session, so each is looked up
/// where PayMongo tells which it has.
Task<Next> PayMongo::check_config(Op& op) const {
    check_prefix(private_key_, "sk_", "private_key", turnpike::to_text(mode_));
    check_prefix(public_key_, "pk_", "public_key", turnpike::to_text(mode_));
    co_await fetch(op, get(op, private_key_, "payments.first", "/payments", Form().add("limit", 1)));
    const Answer answer = co_await op.http(
        get(op, private_key_, "methods.list", "/merchants/capabilities/payment_methods"));
    JsonArray details;
    details.add(line("private_key", true, "PayMongo accepts the secret key."));
    const Json enabled = answer.ok() ? answer.json() : Json();
    for (const std::string& method : methods_) {
        if (!enabled.is_array() || offers(enabled, method)) continue;
        details.add(line("method." + method, false,
                         "The account does not have " + method + ": take it off the list."));
    }
    co_return done(JsonObject().set("ok", true).set("account", "").set("details", details));
}

}  // namespace paymongo
