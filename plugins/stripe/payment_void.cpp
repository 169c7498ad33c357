#include "api.hpp"
#include "errors.hpp"
#include "objects.hpp"
#include "observe.hpp"
#include "stripe.hpp"

namespace stripe {
namespace {

using turnpike::Answer;
using turnpike::Form;
using turnpike::Json;
using turnpike::Request;

bool over(std::string_view status) { return status == "expired" || status == "canceled"; }

/// A PaymentIntent of an open session cannot be cancelled: the session is what ends.
Task<Json> session_of(Op& op, const std::string& private_key, std::string_view id) {
    const std::string path = "/v1/checkout/sessions/" + turnpike::percent(id);
    co_return co_await fetch(
        op, get(private_key, "session.get", path, Form().add("expand[0]", "payment_intent")));
}

Request expire_request(const Op& op, const std::string& private_key, std::string_view id) {
    const std::string path = "/v1/checkout/sessions/" + turnpike::percent(id) + "/expire";
    return post(op, private_key, "session.expire", path, Form());
}

Request get_intent(const std::string& private_key, std::string_view id) {
    return get(private_key, "intent.get", "/v1/payment_intents/" + turnpike::percent(id));
}

Request cancel_request(const Op& op, const std::string& private_key, std::string_view id) {
    const std::string path = "/v1/payment_intents/" + turnpike::percent(id) + "/cancel";
    return post(op, private_key, "intent.cancel", path,
                Form().add("cancellation_reason", "requested_by_customer"));
}

}  // namespace

Task<Next> Stripe::void_payment(Op& op) const {
    const PaymentIds ids = ids_of(op);
    std::string_view intent = ids.intent;
    if (!ids.session.empty()) {
        const Json session = co_await session_of(op, private_key_, ids.session);
        const Seen seen{mode_, op.now_unix_ms()};
        if (over(session["status"].text()) || over(session["payment_intent"]["status"].text())) {
            co_return done(observe_session(session, seen));
        }
        if (session["status"].text() == "open") {
            const Json expired = co_await fetch(op, expire_request(op, private_key_, ids.session));
            turnpike::Observation out = observe_session(expired, {mode_, op.now_unix_ms()});
            co_return done(out.status(turnpike::Status::cancelled));
        }
        intent = id_of(session["payment_intent"]);
    }
    if (intent.empty()) intent = co_await find_intent(op, private_key_);
    if (ids.session.empty()) {
        const Json now = co_await fetch(op, get_intent(private_key_, intent));
        if (over(now["status"].text()))
            co_return done(observe_intent(now, {mode_, op.now_unix_ms()}));
    }
    const Json cancelled = co_await fetch(op, cancel_request(op, private_key_, intent));
    co_return done(observe_intent(cancelled, {mode_, op.now_unix_ms()}));
}

}  // namespace stripe
