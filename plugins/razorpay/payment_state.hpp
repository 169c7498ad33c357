#pragma once

#include "api.hpp"
#include "turnpike/observation.hpp"

namespace razorpay {

/// The payments made on the order of the operation's input.
turnpike::Task<turnpike::Json> order_payments(turnpike::Op& op, const Keys& keys);

/// Of several payments of one order the one that tells most: captured, else authorized, else the
/// newest; an empty Json when nobody tried to pay.
turnpike::Json leading_payment(const turnpike::Json& payments);

/// The payment whose money a refund or capture is about.  Throws Error(declined) when there is none.
std::string_view need_payment(const turnpike::Json& leading, std::string_view status);

}  // namespace razorpay
