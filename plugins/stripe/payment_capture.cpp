#include "api.hpp"
#include "errors.hpp"
#include "money.hpp"
#include "objects.hpp"
#include "observe.hpp"
#include "payment_state.hpp"
#include "stripe.hpp"

namespace stripe {

Task<Next> Stripe::capture_payment(Op& op) const {
    const std::string_view intent = co_await find_intent(op, private_key_);
    turnpike::Form form;
    form.add("amount_to_capture", to_wire(turnpike::Money::read(op.input()["capture_amount"])));
    form.add("expand[0]", "latest_charge.balance_transaction");
    const std::string path = "/v1/payment_intents/" + turnpike::percent(intent) + "/capture";
    const turnpike::Answer answer =
        co_await send(op, post(op, private_key_, "intent.capture", path, form));
    const bool wrong_state = error_code(answer) == "payment_intent_unexpected_state";
    if (!answer.ok() && !wrong_state) co_return error_of(answer);
    if (answer.ok() && !replayed(answer)) {
        co_return done(observe_intent(answer.json(), {mode_, op.now_unix_ms()}));
    }
    // A replayed answer is old news, and a wrong state may be that of a capture we already made.
    const turnpike::Json now = co_await fetch(
        op, get(private_key_, "intent.get", "/v1/payment_intents/" + turnpike::percent(intent),
                turnpike::Form().add("expand[0]", "latest_charge.balance_transaction")));
    if (wrong_state && now["status"].text() != "succeeded") co_return error_of(answer);
    co_return done(observe_intent(now, {mode_, op.now_unix_ms()}));
}

}  // namespace stripe
