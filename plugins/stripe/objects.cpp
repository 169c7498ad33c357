#include "objects.hpp"

#include "api.hpp"

namespace stripe {

using turnpike::Json;

std::string_view id_of(const Json& member) {
    return member.is_object() ? member["id"].text() : member.text();
}

std::string_view reference_of(const Json& object) {
    const std::string_view reference = object["metadata"]["reference"].text();
    return reference.empty() ? object["client_reference_id"].text() : reference;
}

turnpike::Mode mode_of(const Json& object, turnpike::Mode otherwise) {
    if (object["livemode"].is_true()) return turnpike::Mode::live;
    return object["livemode"].is_false() ? turnpike::Mode::test : otherwise;
}

PaymentIds ids_of(const turnpike::Op& op) {
    const Json input = op.input();
    const std::string_view named = input["provider_reference"].text();
    PaymentIds ids{input["provider_ids"]["intent"].text(), input["provider_ids"]["session"].text()};
    if (ids.intent.empty() && named.starts_with("pi_")) ids.intent = named;
    if (ids.session.empty() && named.starts_with("cs_")) ids.session = named;
    return ids;
}

turnpike::Task<std::string_view> find_intent(turnpike::Op& op, const std::string& private_key) {
    const PaymentIds ids = ids_of(op);
    if (!ids.intent.empty()) co_return ids.intent;
    std::string_view intent;
    if (!ids.session.empty()) {
        const std::string path = "/v1/checkout/sessions/" + turnpike::percent(ids.session);
        const Json session = co_await fetch(op, get(private_key, "session.get", path));
        intent = id_of(session["payment_intent"]);
    }
    if (intent.empty()) {
        throw turnpike::Error(turnpike::ErrorKind::input,
                              "Nothing was paid yet: Stripe has no PaymentIntent.")
            .field("/provider_reference")
            .no_effect();
    }
    co_return intent;
}

}  // namespace stripe
