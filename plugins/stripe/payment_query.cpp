#include "api.hpp"
#include "objects.hpp"
#include "observe.hpp"
#include "payment_state.hpp"
#include "stripe.hpp"

namespace stripe {
namespace {

using turnpike::Form;
using turnpike::Json;

turnpike::Request state_request(const PaymentIds& ids, const std::string& private_key) {
    if (!ids.intent.empty()) {
        return get(private_key, "intent.get",
                   "/v1/payment_intents/" + turnpike::percent(ids.intent),
                   Form().add("expand[0]", "latest_charge.balance_transaction"));
    }
    return get(private_key, "session.get",
               "/v1/checkout/sessions/" + turnpike::percent(ids.session),
               Form().add("expand[0]", "payment_intent.latest_charge.balance_transaction"));
}

/// The charge of an expanded PaymentIntent, or of an expanded session.
Json charge_of(const Json& object) {
    const Json intent = object["payment_intent"];
    return intent.is_object() ? intent["latest_charge"] : object["latest_charge"];
}

}  // namespace

Task<turnpike::Observation> payment_state(Op& op, const std::string& private_key,
                                          turnpike::Mode mode, PaymentIds ids) {
    if (ids.intent.empty() && ids.session.empty()) {
        throw turnpike::Error(turnpike::ErrorKind::input, "Stripe never named this payment.")
            .field("/provider_reference")
            .no_effect();
    }
    const Json object = co_await fetch(op, state_request(ids, private_key));
    const Seen seen{mode, op.now_unix_ms()};
    turnpike::Observation out =
        ids.intent.empty() ? observe_session(object, seen) : observe_intent(object, seen);
    const Json charge = charge_of(object);
    if (charge["disputed"].is_true()) {
        const Json list =
            co_await fetch(op, get(private_key, "disputes.list", "/v1/disputes",
                                   Form().add("charge", id_of(charge)).add("limit", 100)));
        for (const Json& dispute : list["data"].items()) add_dispute(out, dispute);
    }
    co_return out;
}

Task<Next> Stripe::query_payment(Op& op) const {
    co_return done(co_await payment_state(op, private_key_, mode_, ids_of(op)));
}

}  // namespace stripe
