#include "api.hpp"
#include "embedded.hpp"
#include "locale.hpp"
#include "money.hpp"
#include "observe.hpp"

namespace stripe {
namespace {

using turnpike::Form;
using turnpike::Json;
using turnpike::JsonObject;
using turnpike::Money;

constexpr std::string_view kScript = "https://js.stripe.com/v3/";

Form intent_form(const Json& input) {
    const std::string_view reference = input.need_text("/reference");
    const Money total = Money::read(input["total"]);
    Form form;
    form.add("amount", to_wire(total));
    form.add("currency", turnpike::lower(total.currency()));
    form.add("payment_method_types[0]", "card");
    // automatic_async would leave the fee unknown right after the payment.
    form.add("capture_method", input["capture"].text() == "manual" ? "manual" : "automatic");
    form.add("description", input["description"].text_or("Payment"));
    form.add_if("receipt_email", input["customer"]["email"].text());
    form.add("metadata[reference]", reference);
    return form;
}

/// What our page's script needs.  return_url is where Stripe.js sends the browser in the end.
JsonObject page_data(const Json& input, const std::string& public_key, std::string_view secret) {
    const std::string_view return_url = input.need_text("/return_url");
    const Money total = Money::read(input["total"]);
    JsonObject data;
    data.set("script", kScript).set("public_key", public_key).set("client_secret", secret);
    data.set("return_url", return_url);
    data.set("cancel_url", input["cancel_url"].text_or(return_url));
    const std::string_view locale = page_locale(input["locale"].text());
    data.set("locale", locale.empty() ? std::string_view("auto") : locale);
    data.set("total", total.decimal() + " " + std::string(total.currency()));
    return data;
}

}  // namespace

turnpike::Task<turnpike::Next> create_embedded(turnpike::Op& op, Keys keys) {
    const Json input = op.input();
    const Json intent = co_await fetch(
        op, post(op, keys.private_key, "intent.create", "/v1/payment_intents", intent_form(input)));
    const std::string_view secret = intent.need_text("/client_secret");
    turnpike::Observation out = observe_intent(intent, {keys.mode, op.now_unix_ms()});
    JsonObject action;
    action.set("type", "client_token").set("public_key", keys.public_key);
    action.set("client_secret", secret).set("script", kScript);
    action.set("page", "elements").set("data", page_data(input, keys.public_key, secret));
    co_return turnpike::done(out.next_action(action));
}

}  // namespace stripe
