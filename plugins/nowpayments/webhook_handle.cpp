#include "nowpayments.hpp"
#include "observe.hpp"

namespace nowpayments {
namespace {

using turnpike::Json;
using turnpike::Observations;

/// Signed is the message with the members of every object sorted and nothing else changed: digits
/// and texts stay as they were written.
bool sorted_and_signed(const Op& op) {
    const turnpike::Inbound inbound = op.inbound();
    std::string_view sorted;
    if (!op.host().try_transform("json.sorted/1", inbound.body(), sorted)) return false;
    turnpike::Proof proof("hmac-sha512", turnpike::Key::setting("ipn_key"));
    proof.part(sorted).claimed(inbound.header("x-nowpayments-sig"), TPK_HEX);
    return op.prove(proof);
}

/// Every order of ours has a name of sixteen small letters and digits; what else the store sells is
/// its own business.
bool is_ours(const Json& payment) {
    if (!payment["parent_payment_id"].scalar().empty()) return true;
    const std::string_view order = payment["order_id"].text();
    return order.size() == 16 &&
           order.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789") == std::string::npos;
}

std::string event_name(const Json& payment) {
    return std::string(payment["payment_id"].scalar()) + ':' +
           std::string(payment["payment_status"].text()) + ':' +
           std::string(payment["actually_paid"].scalar());
}

}  // namespace

Task<Next> NowPayments::handle_webhook(Op& op) const {
    if (!sorted_and_signed(op)) {
        co_return fail(turnpike::Error(turnpike::ErrorKind::forged,
                                       "The x-nowpayments-sig does not prove this body."));
    }
    const Json payment = op.inbound().json();
    Observations out;
    out.event(event_name(payment), payment["payment_status"].text());
    if (payment["payment_id"].scalar().empty())
        co_return done(out.ignore("The message is about a payout, not a payment."));
    if (!is_ours(payment)) co_return done(out.ignore("The order is none of ours."));
    const bool once_more = !payment["parent_payment_id"].scalar().empty();
    if (once_more && payment["payment_status"].text() != "finished")
        co_return done(out.ignore("Coins sent once more are counted when they are there."));
    co_return done(out.add(observe(payment, mode_, op.now_unix_ms())));
}

}  // namespace nowpayments
