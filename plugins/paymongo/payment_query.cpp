#include "api.hpp"
#include "observe.hpp"
#include "paymongo.hpp"

namespace paymongo {
namespace {

using turnpike::Json;
using turnpike::Observation;
using turnpike::Request;
using turnpike::Status;

std::string_view id_of(const Json& input, std::string_view name) {
    return input["provider_ids"][name].text();
}

Request state_request(const Op& op, const std::string& key) {
    const Json input = op.input();
    if (const std::string_view link = id_of(input, "link"); !link.empty())
        return get(op, key, "link.get", "/links/" + turnpike::percent(link));
    const std::string_view session = id_of(input, "session");
    if (session.empty()) {
        throw turnpike::Error(turnpike::ErrorKind::input, "The payment has no checkout session.")
            .field("/provider_ids")
            .no_effect();
    }
    return get(op, key, "session.get", "/checkout_sessions/" + turnpike::percent(session));
}

Request end_request(const Op& op, const std::string& key) {
    const Json input = op.input();
    const turnpike::JsonObject nothing;
    if (const std::string_view link = id_of(input, "link"); !link.empty())
        return post(op, key, "link.archive", "/links/" + turnpike::percent(link) + "/archive",
                    nothing);
    return post(op, key, "session.expire",
                "/checkout_sessions/" + turnpike::percent(id_of(input, "session")) + "/expire",
                nothing);
}

}  // namespace

/// Sessions show payments without what became of them; the payment itself is asked for once there
/// is one, which is where refunds and disputes show.
Task<Next> PayMongo::query_payment(Op& op) const {
    const Json page = co_await fetch(op, state_request(op, private_key_));
    Observation out = observe(page, {mode_, op.now_unix_ms()});
    const std::string_view paid = id_of(op.input(), "payment");
    if (!paid.empty()) {
        const Json payment = co_await fetch(
            op, get(op, private_key_, "payment.get", "/payments/" + turnpike::percent(paid)));
        add_payment(out, payment);
    }
    co_return done(out);
}

Task<Next> PayMongo::void_payment(Op& op) const {
    const Json page = co_await fetch(op, end_request(op, private_key_));
    Observation out = observe(page, {mode_, op.now_unix_ms()});
    const std::string_view status = page["attributes"]["status"].text();
    if (status == "expired" || page["attributes"]["archived"].is_true())
        out.status(Status::cancelled);
    co_return done(out);
}

}  // namespace paymongo
