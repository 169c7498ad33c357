#include <algorithm>

#include "api.hpp"
#include "observe.hpp"
#include "paymongo.hpp"

namespace paymongo {
namespace {

using turnpike::Json;
using turnpike::JsonArray;
using turnpike::JsonObject;
using turnpike::Money;
using turnpike::Observation;
using turnpike::Request;

constexpr std::string_view kOverTheCounter = "over_the_counter";

int64_t centavos(const Money& money) {
    const auto scaled = money.rescaled(2);
    if (scaled && money.currency() == "PHP") return scaled->minor();
    throw turnpike::Error(turnpike::ErrorKind::input, "PayMongo takes Philippine pesos only.")
        .field("/currency")
        .no_effect();
}

JsonObject item(std::string_view name, const Money& money) {
    return JsonObject()
        .set("name", name)
        .set("amount", centavos(money))
        .set("currency", "PHP")
        .set("quantity", 1);
}

JsonArray chosen(const Json& input, const std::vector<std::string>& methods) {
    const std::string method(input["method"].text());
    const bool known = std::find(methods.begin(), methods.end(), method) != methods.end();
    if (!method.empty() && !known) {
        throw turnpike::Error(turnpike::ErrorKind::input,
                              "The integration does not offer this way to pay.")
            .field("/method")
            .no_effect();
    }
    JsonArray out;
    for (const std::string& one : methods) {
        if (method.empty() || one == method) out.add(one);
    }
    return out;
}

JsonObject session_attributes(const Json& input, const std::vector<std::string>& methods) {
    const std::string_view reference = input.need_text("/reference");
    const std::string_view description = input["description"].text_or("Payment");
    const Money surcharge = Money::read(input["surcharge"]);
    JsonArray items;
    items.add(item(description, Money::read(input["amount"])));
    if (!surcharge.zero()) items.add(item("Surcharge", surcharge));
    JsonObject out;
    out.set("line_items", items).set("payment_method_types", chosen(input, methods));
    out.set("success_url", input.need_text("/return_url"));
    out.set("cancel_url", input["cancel_url"].text_or(input.need_text("/return_url")));
    out.set("reference_number", reference).set("description", description);
    out.set("send_email_receipt", false).set("show_description", true);
    out.set("show_line_items", true);
    return out.set("metadata", JsonObject().set("reference", reference));
}

JsonObject link_attributes(const Json& input) {
    JsonObject out;
    out.set("amount", centavos(Money::read(input["total"])));
    out.set("description", input["description"].text_or("Payment"));
    return out.set("remarks", input.need_text("/reference"));
}

/// A second session or link does no harm: nobody is ever shown the first.
Request page_request(const Op& op, const std::string& key,
                     const std::vector<std::string>& methods) {
    const Json input = op.input();
    if (input["method"].text() == kOverTheCounter) {
        return post(op, key, "link.create", "/links", link_attributes(input))
            .retry(turnpike::Retry::idempotent);
    }
    return post(op, key, "session.create", "/checkout_sessions",
                session_attributes(input, methods))
        .retry(turnpike::Retry::idempotent);
}

}  // namespace

Task<Next> PayMongo::create_payment(Op& op) const {
    const Json page = co_await fetch(op, page_request(op, private_key_, methods_));
    Observation out = observe(page, {mode_, op.now_unix_ms()});
    out.reference(op.input().need_text("/reference"));
    out.amount(Money::read(op.input()["total"]));
    out.redirect(page["attributes"].need_text("/checkout_url"));
    co_return done(out);
}

}  // namespace paymongo
