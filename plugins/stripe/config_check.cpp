#include "api.hpp"
#include "stripe.hpp"

namespace stripe {
namespace {

using turnpike::Error;
using turnpike::ErrorKind;
using turnpike::Json;
using turnpike::JsonArray;
using turnpike::JsonObject;
using turnpike::Mode;

/// "sk_live_..." and "rk_live_..." name their mode; "" when a key has no such form.
std::string_view mode_word(std::string_view key) {
    if (key.size() < 8 || key[2] != '_' || key[7] != '_') return {};
    return key.substr(3, 4);
}

void check_key(const std::string& key, std::string_view setting, std::string_view name, Mode mode) {
    if (key.empty() || mode_word(key) == turnpike::to_text(mode)) return;
    const std::string mode_name(turnpike::to_text(mode));
    throw Error(ErrorKind::config, "The " + std::string(name) + " is not a " + mode_name +
                                       " key, but the integration is in " + mode_name + " mode.")
        .field("/settings/" + std::string(setting));
}

JsonObject detail(std::string_view check, bool ok, const std::string& message) {
    return JsonObject().set("check", check).set("ok", ok).set("message", message);
}

bool lists(const Json& currencies, const std::string& code) {
    const std::string wire = turnpike::lower(code);
    for (const Json& item : currencies.items()) {
        if (item.text() == wire) return true;
    }
    return false;
}

}  // namespace

Task<Next> Stripe::check_config(Op& op) const {
    check_key(private_key_, "private_key", "private key", mode_);
    check_key(public_key_, "public_key", "public key", mode_);
    const Json account = co_await fetch(op, get(private_key_, "account.get", "/v1/account"));
    const std::string country(account.need_text("/country"));
    const Json spec = co_await fetch(
        op, get(private_key_, "country.get", "/v1/country_specs/" + turnpike::percent(country)));

    JsonArray details;
    details.add(detail("private_key", true, "Stripe accepts the private key."));
    const bool enabled = account["charges_enabled"].is_true();
    details.add(
        detail("charges", enabled,
               enabled ? "The account may take payments."
                       : "Stripe has not enabled payments yet: finish the account's activation."));
    for (const std::string& code : currencies_) {
        const bool known = lists(spec["supported_payment_currencies"], code);
        const std::string words =
            known ? " can be charged." : " cannot be charged by an account in " + country + ".";
        details.add(detail("currency." + code, known, code + words));
    }
    co_return done(JsonObject()
                       .set("ok", true)
                       .set("account", account.need_text("/id"))
                       .set("details", details));
}

}  // namespace stripe
