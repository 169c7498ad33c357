#pragma once

#include <string>
#include <vector>

#include "host/base/ids.hpp"
#include "host/ledger/journal.hpp"
#include "host/payments/payment.hpp"

namespace turnpike::payments {

/// Posts what a change of a payment's state owes the journal: per currency and mode the difference between the books
/// that should stand and those that do, split by what moved (hold, payment, fee, refund, dispute).
/// `before`: the payment as it was; `cause`: what the journal names as the reason.  The numbers of the rows posted.
std::vector<int64_t> post_difference(store::Tx& tx, const Ids& ids, const Payment& before, Payment& after,
                                     const std::string& cause);

/// Posts, and emits customer.credited, customer.debited and balance.negative for the customers it moved.
int64_t post_and_tell(store::Tx& tx, const Ids& ids, const ledger::Posting& posting);

}  // namespace turnpike::payments
