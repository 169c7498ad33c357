#include "api.hpp"
#include "nowpayments.hpp"

namespace nowpayments {
namespace {

using turnpike::Json;
using turnpike::JsonArray;
using turnpike::JsonObject;

JsonObject line(std::string_view check, bool ok, const std::string& message) {
    return JsonObject().set("check", check).set("ok", ok).set("message", message);
}

bool ticks(const Json& selected, const std::string& coin) {
    for (const Json& one : selected.items()) {
        if (turnpike::lower(one.text()) == coin) return true;
    }
    return false;
}

}  // namespace

Task<Next> NowPayments::check_config(Op& op) const {
    const Json coins =
        co_await fetch(op, get({mode_, api_key_}, "coins.list", "/merchant/coins"));
    const Json selected = coins["selectedCurrencies"];
    JsonArray details;
    details.add(line("api_key", true, "NOWPayments accepts the API key."));
    const size_t count = selected.items().size();
    details.add(line("coins", count > 0,
                     std::to_string(count) + " coins are ticked in the store's settings."));
    for (const std::string& coin : pay_currencies_) {
        if (ticks(selected, coin)) continue;
        details.add(line("coin." + coin, false, coin + " is not ticked in the store's settings."));
    }
    co_return done(JsonObject().set("ok", true).set("account", "").set("details", details));
}

}  // namespace nowpayments
