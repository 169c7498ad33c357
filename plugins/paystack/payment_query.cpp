#include "api.hpp"
#include "observe.hpp"
#include "paystack.hpp"

namespace paystack {
namespace {

using turnpike::Form;
using turnpike::Json;
using turnpike::Observation;

}  // namespace

/// Verify tells everything but refunds; those are listed once there is money that could go back.
Task<Next> Paystack::query_payment(Op& op) const {
    const Json input = op.input();
    const std::string_view reference = input["provider_reference"].text_or(input.need_text("/reference"));
    const Json data = co_await fetch(
        op, get(private_key_, "transaction.verify",
                "/transaction/verify/" + turnpike::percent(reference)));
    Observation out = observe_transaction(data, mode_, op.now_unix_ms());
    const std::string_view status = data["status"].text();
    const std::string_view id = data["id"].scalar();
    if ((status == "success" || status == "reversed") && !id.empty()) {
        const Json refunds =
            co_await fetch(op, get(private_key_, "refunds.list", "/refund",
                                   Form().add("transaction", id).add("perPage", 100)));
        for (const Json& refund : refunds.items()) add_refund(out, refund);
    }
    co_return done(out);
}

}  // namespace paystack
