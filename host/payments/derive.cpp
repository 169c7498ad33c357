#include <algorithm>

#include "host/payments/payment.hpp"

namespace turnpike::payments {
namespace {

bool own_facts(const Payment& p, const Facts& f) { return &f == &p.state.facts.front(); }

/// total reduced or raised by the tolerance, rounded so that the tolerance is never exceeded.
int64_t tolerated_less(const Payment& p) { return p.total - money::multiply_ratio(p.total, p.terms.tolerance.e4, 1000000); }
int64_t tolerated_more(const Payment& p) { return p.total + money::multiply_ratio(p.total, p.terms.tolerance.e4, 1000000); }

int64_t estimated_fee(const Payment& p, int64_t captured) {
    if (captured == 0 || !p.terms.estimate_fixed_minor) return 0;
    return std::min(captured, money::surcharge(captured, *p.terms.estimate_fixed_minor, p.terms.estimate_percent, 1));
}

bool fee_reported(const Facts& f) {
    return std::any_of(f.fees.begin(), f.fees.end(), [](const FeeFact& fee) { return fee.source != "unavailable"; });
}

int64_t refunds_of(const Payment& p, const Facts& f) {
    const int64_t ours = own_facts(p, f) ? p.refunds_in_flight : 0;
    return std::max(f.refunded.sum + ours, f.refunded.high) - f.refund_failed;
}

int64_t disputes_of(const Facts& f) { return f.disputed.target() - f.dispute_credited; }

bool any_dispute_open(const Payment& p) {
    return std::any_of(p.state.disputes.begin(), p.state.disputes.end(),
                       [](const DisputeFact& d) { return d.state != DisputeState::won; });
}

bool terminal(ProviderStatus s) {
    return s == ProviderStatus::failed || s == ProviderStatus::cancelled || s == ProviderStatus::expired;
}

std::string_view soft_text(ProviderStatus s) {
    switch (s) {
        case ProviderStatus::requires_action: return "requires_action";
        case ProviderStatus::failed: return "failed";
        case ProviderStatus::cancelled: return "cancelled";
        case ProviderStatus::expired: return "expired";
        default: return "pending";
    }
}

bool authorization_stands(const State& s) {
    if (!s.authorized_minor) return false;
    return !s.soft || !terminal(s.soft->status) || s.soft->as_of_ms / 1000 < s.authorized_as_of_ms / 1000;
}

const Facts* held_facts(const Payment& p) {
    for (const Facts& f : p.state.facts)
        if (f.captured.target() > 0 && !hold_reason(p, f).empty()) return &f;
    return nullptr;
}

struct Derived {
    std::string status, reason;
};

Derived derive(const Payment& p) {
    const Facts& own = p.own();
    const int64_t captured = own.captured.target();
    if (any_dispute_open(p)) return {"disputed", ""};
    const int64_t back = own.refunded.target() - own.refund_failed;
    if (captured > 0 && back >= captured) return {"refunded", ""};
    if (captured > 0 && back > 0) return {"partially_refunded", ""};
    const Facts* held = held_facts(p);
    if (captured > 0 && held != &own && complete(p)) return {"succeeded", ""};
    if (held) return {"held", p.state.rejected.empty() ? hold_reason(p, *held) : "rejected"};
    if (captured > 0) return {complete(p) ? "succeeded" : "partially_paid", ""};
    if (authorization_stands(p.state)) return {"authorized", ""};
    if (!p.state.soft) return {"pending", ""};
    if (p.state.cancelled_by_us && terminal(p.state.soft->status)) return {"cancelled", p.state.soft->reason};
    return {std::string(soft_text(p.state.soft->status)), p.state.soft->reason};
}

}  // namespace

Facts& facts_of(Payment& p, std::string_view currency, std::string_view mode) {
    for (Facts& f : p.state.facts)
        if (f.currency == currency && f.mode == mode) return f;
    Facts fresh;
    fresh.currency = currency;
    fresh.mode = mode;
    p.state.facts.push_back(std::move(fresh));
    return p.state.facts.back();
}

bool complete(const Payment& p) {
    const int64_t captured = p.own().captured.target();
    if (p.terms.manual_capture || p.origin == "incoming") return captured > 0;
    return captured > 0 && captured >= tolerated_less(p);
}

std::string hold_reason(const Payment& p, const Facts& f) {
    auto stands = [&](std::string_view reason) { return !contains(p.state.released, reason); };
    if (!p.state.rejected.empty()) return "rejected";
    for (const std::string& reason : p.state.held)
        if (stands(reason)) return reason;
    if (!p.customer) return "customer_unknown";
    if (!own_facts(p, f)) {
        const std::string_view reason = f.mode != p.mode ? "mode_mismatch" : "currency_mismatch";
        return stands(reason) ? std::string(reason) : "";
    }
    const int64_t captured = f.captured.target();
    if (captured > 0 && !complete(p) && !p.terms.credit_underpaid && stands("underpaid")) return "underpaid";
    const bool over = p.origin == "requested" && captured > tolerated_more(p);
    if (over && !p.terms.credit_overpaid && stands("overpaid")) return "overpaid";
    if (p.terms.fee_wait && fee_status(p) == "pending") return "fee_pending";
    return {};
}

BooksInput books_input(const Payment& p, const Facts& f) {
    const bool own = own_facts(p, f);
    BooksInput in;
    in.captured = f.captured.target();
    in.surcharge = own ? p.surcharge : 0;
    in.total = own && p.total > 0 ? p.total : in.captured;
    in.reversed_refunds = refunds_of(p, f);
    in.reversed_disputes = disputes_of(f);
    in.fee = f.fee();
    if (own && !fee_reported(f)) in.fee = estimated_fee(p, in.captured);
    in.deduct = p.terms.deduct;
    in.hold = hold_reason(p, f).empty() ? Hold::no : Hold::yes;
    return in;
}

std::string fee_status(const Payment& p) {
    const Facts& f = p.own();
    if (fee_reported(f)) return "known";
    if (p.terms.estimate_fixed_minor) return f.captured.target() > 0 ? "estimated" : "pending";
    if (!f.fees.empty() || p.state.fee_unavailable) return "unavailable";
    return p.terms.fee_source ? "pending" : "unavailable";
}

void derive_status(Payment& p) {
    const Derived derived = derive(p);
    p.status = derived.status;
    p.reason = derived.reason.empty() ? std::nullopt : std::optional(derived.reason);
}

}  // namespace turnpike::payments
