#include "order.hpp"
#include "paypal_express.hpp"
#include "turnpike/observation.hpp"

namespace paypal_express {
namespace {

using turnpike::Json;
using turnpike::JsonObject;
using turnpike::Money;
using turnpike::Observation;
using turnpike::Status;

constexpr int64_t kTokenMs = 3LL * 3600 * 1000;
constexpr size_t kDescriptionMax = 127;

std::string_view described(const Json& input) {
    return turnpike::cut(input["description"].text_or("Payment"), kDescriptionMax);
}

void add_item(Nvp& out, int index, std::string_view name, const Money& money) {
    const std::string n = std::to_string(index);
    out.add("L_PAYMENTREQUEST_0_NAME" + n, name);
    out.add("L_PAYMENTREQUEST_0_AMT" + n, wire_amount(money));
    out.add("L_PAYMENTREQUEST_0_QTY" + n, "1");
}

}  // namespace

void add_order(Nvp& out, const Json& input, const std::string& email) {
    const Money total = Money::read(input["total"]);
    const Money surcharge = Money::read(input["surcharge"]);
    const bool manual = input["capture"].text() == "manual" ||
                        input["provider_data"]["capture"].text() == "manual";
    const std::string p = "PAYMENTREQUEST_0_";
    out.add(p + "PAYMENTACTION", manual ? "Authorization" : "Sale");
    out.add(p + "AMT", wire_amount(total)).add(p + "ITEMAMT", wire_amount(total));
    out.add(p + "CURRENCYCODE", total.currency());
    out.add(p + "INVNUM", input.need_text("/reference"));
    std::string_view custom = input["customer"]["id"].text();
    if (custom.empty()) custom = input["provider_data"]["custom"].text();
    out.add_if(p + "CUSTOM", custom);
    std::string_view description = input["provider_data"]["description"].text();
    if (description.empty()) description = described(input);
    out.add(p + "DESC", description);
    std::string_view notify = input["notify_url"].text();
    if (notify.empty()) notify = input["provider_data"]["notify_url"].text();
    out.add_if(p + "NOTIFYURL", notify);
    out.add_if(p + "SELLERPAYPALACCOUNTID", email);
    add_item(out, 0, description, Money::read(input["amount"]));
    if (!surcharge.zero()) add_item(out, 1, "Surcharge", surcharge);
}

std::string approve_url(turnpike::Mode mode, std::string_view token) {
    const bool live = mode == turnpike::Mode::live;
    return std::string(live ? "https://www.paypal.com" : "https://www.sandbox.paypal.com") +
           "/cgi-bin/webscr?cmd=_express-checkout&useraction=commit&token=" +
           turnpike::percent(token);
}

Task<Next> PayPalExpress::create_payment(Op& op) const {
    const Json input = op.input();
    Nvp fields("SetExpressCheckout", account());
    fields.add("RETURNURL", input.need_text("/return_url"));
    fields.add("CANCELURL", input["cancel_url"].text_or(input.need_text("/return_url")));
    fields.add("NOSHIPPING", "1").add("ALLOWNOTE", "0").add("SOLUTIONTYPE", "Sole");
    fields.add("LANDINGPAGE", "Billing").add_if("BRANDNAME", brand_);
    add_order(fields, input, email_);
    // A second token does no harm: nobody is ever sent to the first.
    const Json made = co_await fetch(
        op, call(account(), "checkout.set", fields, turnpike::Retry::idempotent));
    const std::string_view token = made.need_text("/TOKEN");
    JsonObject kept;
    kept.set("capture", input["capture"].text_or("automatic"));
    kept.set_if("custom", input["customer"]["id"].text()).set("description", described(input));
    kept.set_if("notify_url", input["notify_url"].text());
    Observation out(mode_, op.now_unix_ms());
    out.reference(input.need_text("/reference")).provider_reference(token);
    out.provider_id("token", token).amount(Money::read(input["total"]));
    out.status(Status::requires_action).redirect(approve_url(mode_, token));
    out.provider_data(kept).expires_at_unix_ms(op.now_unix_ms() + kTokenMs);
    co_return done(out);
}

}  // namespace paypal_express
