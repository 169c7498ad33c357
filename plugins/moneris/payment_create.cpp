#include "moneris.hpp"

namespace moneris {
namespace {

using turnpike::Answer;
using turnpike::Error;
using turnpike::ErrorKind;
using turnpike::Json;
using turnpike::JsonObject;
using turnpike::Money;
using turnpike::Observation;
using turnpike::Status;

/// Letters Moneris refuses in ids are left out.
std::string permitted(std::string_view text) {
    constexpr std::string_view kRefused = "<>$%=?^\"{}[]\\ ";
    std::string out;
    for (const char c : turnpike::cut(text, 50)) {
        if (kRefused.find(c) == std::string_view::npos) out += c;
    }
    return out;
}

JsonObject ticket_body(const Json& input) {
    const auto total = Money::read(input["total"]).rescaled(2);
    if (!total) {
        throw Error(ErrorKind::input, "Moneris cannot charge this amount exactly.")
            .field("/amount")
            .no_effect();
    }
    JsonObject contact;
    contact.set_if("email", input["customer"]["email"].text());
    JsonObject body;
    body.set("txn_total", total->decimal()).set("order_no", input.need_text("/reference"));
    body.set_if("cust_id", permitted(input["customer"]["id"].text()));
    body.set("language", input["locale"].text().starts_with("fr") ? "fr" : "en");
    if (!contact.empty()) body.set("contact_details", contact);
    return body;
}

}  // namespace

Task<Next> Moneris::create_payment(Op& op) const {
    const Json input = op.input();
    if (checkout_id_.empty()) {
        throw Error(ErrorKind::config, "Payments need a Checkout ID.")
            .field("/settings/checkout_id")
            .no_effect();
    }
    const Answer answer = co_await op.http(checkout_call(store(), "preload", ticket_body(input)));
    const Json response = response_of(answer);
    if (!response.is_object())
        throw answer.answered() ? turnpike::garbage(answer) : turnpike::no_answer(answer);
    if (response["success"].text() != "true") {
        throw Error(ErrorKind::input, "Moneris refuses the payment's ticket.")
            .provider_message(turnpike::cut(response["error"].json(), 200))
            .no_effect();
    }
    const std::string_view ticket = response.need_text("/ticket");
    JsonObject data;
    data.set("script", std::string(store().gateway()) + "/chktv2/js/chkt_v2.00.js");
    data.set("mode", store().environment()).set("ticket", ticket);
    data.set("return_url", input.need_text("/return_url"));
    data.set("cancel_url", input["cancel_url"].text_or(input.need_text("/return_url")));
    Observation out(mode_, op.now_unix_ms());
    out.reference(input.need_text("/reference")).provider_reference(ticket);
    out.provider_id("ticket", ticket).amount(Money::read(input["total"]));
    out.status(Status::requires_action);
    out.next_action(JsonObject().set("type", "page").set("page", "checkout").set("data", data));
    co_return done(out);
}

}  // namespace moneris
