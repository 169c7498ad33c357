#pragma once

#include <vector>

#include "host/base/ids.hpp"
#include "host/payments/payment.hpp"
#include "host/payments/source.hpp"
#include "host/store/committer.hpp"

namespace turnpike::payments {

/// Writes the timeline row of a change and emits the events that follow from it.  Nothing when nothing changed.
void announce(store::Tx& tx, const Ids& ids, const Payment& before, const Payment& after, const Occasion& occasion,
              const std::vector<int64_t>& journal_rows);

/// A timeline row of any kind: "payment" (a change), "refund", "operator", "call", "note".
void write_timeline(store::Tx& tx, int64_t payment_seq, std::string_view kind, const json::Value& data);

}  // namespace turnpike::payments
