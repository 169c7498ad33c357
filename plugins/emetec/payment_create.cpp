#include "emetec.hpp"

namespace emetec {
namespace {

using turnpike::Form;
using turnpike::Json;
using turnpike::JsonObject;
using turnpike::Money;
using turnpike::Observation;
using turnpike::Status;

constexpr int64_t kCheckoutMs = 30LL * 60 * 1000;

Form checkout_form(const Json& input, std::string_view payment_type) {
    const Money total = Money::read(input["total"]);
    Form out;
    out.add("amount", wire_amount(total)).add("currency", total.currency());
    out.add("paymentType", payment_type);
    out.add("merchantTransactionId", input.need_text("/reference"));
    out.add("transactionCategory", "EC");
    out.add_if("customer.email", input["customer"]["email"].text());
    out.add_if("customer.merchantCustomerId", input["customer"]["id"].text());
    return out.add("integrity", true);
}

}  // namespace

Task<Next> Emetec::create_payment(Op& op) const {
    const Json input = op.input();
    const bool manual = input["capture"].text() == "manual";
    const Form form = checkout_form(input, manual ? "PA" : payment_type_);
    // A second checkout does no harm: nobody is ever shown the first.
    const Json made = co_await fetch(op, post(gateway(), "checkout.create", "/v1/checkouts", form)
                                             .retry(turnpike::Retry::idempotent));
    if (!code_of(made).starts_with("000.200.1")) throw error_of(made);
    const std::string_view id = made.need_text("/id");
    JsonObject data;
    data.set("script", gateway().url("/v1/paymentWidgets.js?checkoutId=" + turnpike::percent(id)));
    data.set_if("integrity", made["integrity"].text());
    data.set("brands", brands_).set("return_url", input.need_text("/return_url"));
    Observation out(mode_, op.now_unix_ms());
    out.reference(input.need_text("/reference")).provider_reference(id);
    out.provider_id("checkout", id).amount(Money::read(input["total"]));
    out.status(Status::requires_action);
    out.next_action(JsonObject().set("type", "page").set("page", "checkout").set("data", data));
    out.provider_data(JsonObject().set("capture", manual ? "manual" : "automatic"));
    out.expires_at_unix_ms(op.now_unix_ms() + kCheckoutMs);
    co_return done(out);
}

}  // namespace emetec
