#pragma once

#include <vector>

#include "host/base/ids.hpp"
#include "host/config/manifest.hpp"
#include "host/payments/observation.hpp"
#include "host/payments/payment.hpp"
#include "host/store/committer.hpp"

namespace turnpike::payments {

/// Brings what an observation says about refunds to the rows of those we asked for, so that none is debited twice:
/// once as accepted and once as seen.  Updates `payment.refunds_in_flight`; emits refund.succeeded and refund.failed.
void match_refunds(store::Tx& tx, const Ids& ids, const config::PollSpec& poll, Payment& payment,
                   const Observation& observation, const std::vector<const Effect*>& fresh);

}  // namespace turnpike::payments
