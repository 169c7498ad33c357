#include "api.hpp"
#include "objects.hpp"
#include "observe.hpp"
#include "stripe.hpp"

namespace stripe {

using turnpike::Form;
using turnpike::Json;

Task<Next> Stripe::query_dispute(Op& op) const {
    const std::string_view intent = co_await find_intent(op, private_key_);
    const Json list =
        co_await fetch(op, get(private_key_, "disputes.list", "/v1/disputes",
                               Form().add("payment_intent", intent).add("limit", 100)));
    if (!list["data"].is_array()) {
        throw turnpike::Error(turnpike::ErrorKind::provider,
                              "Stripe's list of disputes cannot be read.");
    }
    turnpike::Observation out(mode_, op.now_unix_ms());
    out.provider_reference(intent)
        .provider_id("intent", intent)
        .status(turnpike::Status::succeeded);
    for (const Json& dispute : list["data"].items()) add_dispute(out, dispute);
    co_return done(out);
}

}  // namespace stripe
