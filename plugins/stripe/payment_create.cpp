#include <algorithm>

#include "api.hpp"
#include "embedded.hpp"
#include "locale.hpp"
#include "money.hpp"
#include "observe.hpp"
#include "stripe.hpp"

namespace stripe {
namespace {

using turnpike::Form;
using turnpike::Json;
using turnpike::Money;

/// Stripe takes 30 minutes to 24 hours; a minute is left for the way there.  What the manifest asks for lies inside, so that
/// an attempt that is repeated later has the same content: Stripe refuses a key that comes with another.
int64_t expiry_s(int64_t wanted_unix_ms, int64_t now_unix_ms) {
    const int64_t now_s = now_unix_ms / 1000;
    return std::clamp(wanted_unix_ms / 1000, now_s + 31 * 60, now_s + 24 * 3600 - 60);
}

void add_line(Form& form, int index, std::string_view name, const Money& money) {
    const std::string item = "line_items[" + std::to_string(index) + "]";
    form.add(item + "[quantity]", 1);
    form.add(item + "[price_data][currency]", turnpike::lower(money.currency()));
    form.add(item + "[price_data][unit_amount]", to_wire(money));
    form.add(item + "[price_data][product_data][name]", name);
}

Form session_form(const Op& op) {
    const Json input = op.input();
    const std::string_view reference = input.need_text("/reference");
    const Money surcharge = Money::read(input["surcharge"]);
    const bool manual = input["capture"].text() == "manual";
    Form form;
    form.add("mode", "payment");
    form.add("success_url", input.need_text("/return_url"));
    form.add_if("cancel_url", input["cancel_url"].text());
    form.add("client_reference_id", reference);
    form.add_if("customer_email", input["customer"]["email"].text());
    if (const auto expires = input["expires_at_unix_ms"].integer()) {
        form.add("expires_at", expiry_s(*expires, op.now_unix_ms()));
    }
    form.add_if("locale", page_locale(input["locale"].text()));
    // Without a list the account's own choice applies, and that may hold methods that take days.
    form.add("payment_method_types[0]", "card");
    form.add("adaptive_pricing[enabled]", false);
    form.add("metadata[reference]", reference);
    add_line(form, 0, input["description"].text_or("Payment"), Money::read(input["amount"]));
    if (!surcharge.zero()) add_line(form, 1, "Surcharge", surcharge);
    // automatic_async would leave the fee unknown right after the payment.
    form.add("payment_intent_data[capture_method]", manual ? "manual" : "automatic");
    form.add("payment_intent_data[metadata][reference]", reference);
    return form;
}

void refuse_other_methods(const Json& input) {
    const std::string_view method = input["method"].text_or("card");
    if (method == "card") return;
    throw turnpike::Error(turnpike::ErrorKind::input, "Stripe takes cards here, no other method.")
        .field("/method")
        .no_effect();
}

}  // namespace

Task<Next> Stripe::create_payment(Op& op) const {
    refuse_other_methods(op.input());
    if (embedded_) co_return co_await create_embedded(op, {mode_, public_key_, private_key_});
    const Json session = co_await fetch(
        op, post(op, private_key_, "session.create", "/v1/checkout/sessions", session_form(op)));
    turnpike::Observation out = observe_session(session, {mode_, op.now_unix_ms()});
    out.redirect(session.need_text("/url"));
    if (const auto expires = session["expires_at"].integer())
        out.expires_at_unix_ms(*expires * 1000);
    co_return done(out);
}

}  // namespace stripe
