#include "api.hpp"
#include "paystack.hpp"

namespace paystack {
namespace {

using turnpike::Json;
using turnpike::JsonArray;
using turnpike::JsonObject;

void check_key(const std::string& key, std::string_view prefix, std::string_view field,
               std::string_view mode) {
    if (key.empty() || key.starts_with(std::string(prefix) + std::string(mode) + "_")) return;
    throw turnpike::Error(turnpike::ErrorKind::config,
                          "This is not a " + std::string(mode) +
                              " key, but the integration is in " + std::string(mode) + " mode.")
        .field("/settings/" + std::string(field));
}

bool has_balance_in(const Json& balances, const std::string& currency) {
    for (const Json& one : balances.items()) {
        if (one["currency"].text() == currency) return true;
    }
    return false;
}

}  // namespace

Task<Next> Paystack::check_config(Op& op) const {
    check_key(private_key_, "sk_", "private_key", turnpike::to_text(mode_));
    check_key(public_key_, "pk_", "public_key", turnpike::to_text(mode_));
    const Json balances = co_await fetch(op, get(private_key_, "balance.get", "/balance"));
    JsonArray details;
    details.add(JsonObject()
                    .set("check", "private_key")
                    .set("ok", true)
                    .set("message", "Paystack accepts the secret key."));
    for (const std::string& currency : currencies_) {
        const bool known = has_balance_in(balances, currency);
        const std::string words = known ? currency + " is enabled."
                                        : currency + " is not enabled for this business.";
        details.add(JsonObject()
                        .set("check", "currency." + currency)
                        .set("ok", known)
                        .set("message", words));
    }
    co_return done(JsonObject().set("ok", true).set("account", "").set("details", details));
}

}  // namespace paystack
