#include "host/events/counts.hpp"

namespace turnpike::events {

Counts::Counts() {
    for (const char* type : {"payment.created", "payment.requires_action", "payment.authorized", "payment.succeeded", "payment.failed", "payment.cancelled", "payment.expired", "payment.held", "payment.released",
                             "payment.partially_paid", "payment.late_success", "payment.fee_known", "refund.succeeded", "refund.failed", "dispute.opened", "dispute.won", "dispute.lost", "customer.credited", "customer.debited",
                             "balance.negative", "integration.unhealthy", "plugin.quarantined", "second_factor.fraud", "second_factor.fail_open", "webhook_endpoint.disabled"})
        by_type_[type] = 0;
}

Counts& Counts::of_process() {
    static Counts counts;
    return counts;
}

void Counts::add(std::string_view type) {
    const std::lock_guard lock(mutex_);
    const auto found = by_type_.find(type);
    if (found != by_type_.end()) ++found->second;
    else by_type_.emplace(type, 1);
}

std::map<std::string, uint64_t, std::less<>> Counts::all() const {
    const std::lock_guard lock(mutex_);
    return by_type_;
}

}  // namespace turnpike::events
