#pragma once

#include <atomic>
#include <optional>
#include <string>
#include <vector>

#include "host/base/ids.hpp"
#include "host/payments/observation.hpp"
#include "host/payments/payment.hpp"
#include "host/payments/scopes.hpp"
#include "host/payments/source.hpp"
#include "host/store/committer.hpp"

namespace turnpike::payments {

enum class SettleVerdict {
    applied,  ///< a payment knows it now, or knew it already
    parked,   ///< kept until its payment appears, for 30 days
    ignored,  ///< the account's other business
};

struct Settled {
    SettleVerdict verdict = SettleVerdict::ignored;
    std::optional<int64_t> payment_seq;
    std::string payment_id;
    std::string reason;          ///< why it was parked, ignored or held
    bool wants_query = false;    ///< the observation asked for a payment.query
    std::optional<Payment> payment;  ///< as it stands now, if one knows of it
};

/// The one way money and statuses get in (money.md 4).  Runs inside the caller's unit; calls no plugin and no provider.
class Settler {
  public:
    explicit Settler(const Ids& ids) : ids_(ids) {}

    /// Applies one observation: finds or creates its payment, records its new effects, posts the difference, derives
    /// the status, writes timeline and events.  Any order and repetition ends in the same books.
    Settled settle(store::Tx& tx, const Source& source, const Observation& observation, const Occasion& occasion);

    /// Writes a payment whose state the caller changed (an operator's or our own act): posts, derives, tells.
    void commit_change(store::Tx& tx, const Payment& before, Payment& after, const config::PollSpec& poll,
                       const Occasion& occasion);

    /// Applies what was parked under a name that leads to a payment now; whether there was anything.
    bool release_parked(store::Tx& tx, const Source& source, const std::vector<std::string>& names);

  private:
    Settled apply(store::Tx& tx, const Source& source, const Scope& scope, const Observation& o, const Occasion& occasion, const Payment& before);
    std::optional<Payment> create_incoming(store::Tx& tx, const Source& source, const Scope& scope, const Observation& o);
    Settled park(store::Tx& tx, const Source& source, const Observation& o, const Occasion& occasion, bool ours);

    const Ids& ids_;
};

/// What the answer of create or complete says replaces what was known; what it leaves out stays.
void take_answer(Payment& payment, const CreateAnswer& answer);

}  // namespace turnpike::payments
