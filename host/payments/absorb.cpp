#include "host/payments/absorb.hpp"

#include <algorithm>
#include <tuple>

namespace turnpike::payments {
namespace {

void raise(Movement& movement, int64_t total) { movement.high = std::max(movement.high, total); }

/// The fee in the payment's currency, or a note that it cannot be said.
FeeFact fee_fact(const Payment& p, std::string id, const money::Amount& fee, const std::string& rate, int64_t as_of_ms) {
    if (fee.currency == p.currency) return {std::move(id), fee.minor, as_of_ms, "provider", ""};
    const std::string original = money::format(fee) + " " + fee.currency.text();
    const auto converted = money::convert_by_rate(fee, rate, p.currency);
    if (!converted) return {std::move(id), 0, as_of_ms, "unavailable", original};
    return {std::move(id), *converted, as_of_ms, "converted", original};
}

/// The newest word about a fee wins; of two equally new ones the larger, so that order does not matter.
void put_fee(std::vector<FeeFact>& fees, FeeFact fact) {
    auto rank = [](const FeeFact& f) { return std::make_tuple(f.as_of_ms / 1000, f.source != "unavailable", f.minor); };
    const auto at = std::lower_bound(fees.begin(), fees.end(), fact.id, [](const FeeFact& f, const std::string& id) { return f.id < id; });
    if (at == fees.end() || at->id != fact.id) fees.insert(at, std::move(fact));
    else if (rank(*at) < rank(fact)) *at = std::move(fact);
}

void absorb_effect(Payment& p, const Observation& o, const Effect& e) {
    if (e.kind == EffectKind::fee) return;  // fees are replaced, not added up: absorb_fees
    Facts& f = facts_of(p, e.kind == EffectKind::fee_refund ? p.currency.code() : e.amount.currency.code(), o.mode);
    switch (e.kind) {
        case EffectKind::capture: f.captured.sum = money::add(f.captured.sum, e.amount.minor); break;
        case EffectKind::refund: f.refunded.sum = money::add(f.refunded.sum, e.amount.minor); break;
        case EffectKind::refund_failed: f.refund_failed = money::add(f.refund_failed, e.amount.minor); break;
        case EffectKind::dispute_debit: f.disputed.sum = money::add(f.disputed.sum, e.amount.minor); break;
        case EffectKind::dispute_credit: f.dispute_credited = money::add(f.dispute_credited, e.amount.minor); break;
        case EffectKind::fee_refund:
            f.fee_refunded = money::add(f.fee_refunded, fee_fact(p, "", e.amount, e.rate, o.as_of_ms).minor);
            break;
        case EffectKind::fee: break;
    }
}

void absorb_fees(Payment& p, const Observation& o) {
    Facts& f = facts_of(p, p.currency.code(), o.mode);
    for (const Effect& e : o.effects)
        if (e.kind == EffectKind::fee) put_fee(f.fees, fee_fact(p, e.id, e.amount, e.rate, o.as_of_ms));
    if (o.total_fee) put_fee(f.fees, fee_fact(p, "", o.total_fee->amount, o.total_fee->rate, o.as_of_ms));
    p.state.fee_pending = p.state.fee_pending || o.fee_pending;
    p.state.fee_unavailable = p.state.fee_unavailable || o.fee_unavailable;
}

void absorb_totals(Payment& p, const Observation& o) {
    if (o.total_captured) raise(facts_of(p, o.total_captured->currency.code(), o.mode).captured, o.total_captured->minor);
    if (o.total_refunded) raise(facts_of(p, o.total_refunded->currency.code(), o.mode).refunded, o.total_refunded->minor);
    if (o.total_disputed) raise(facts_of(p, o.total_disputed->currency.code(), o.mode).disputed, o.total_disputed->minor);
}

bool is_terminal(ProviderStatus s) {
    return s == ProviderStatus::failed || s == ProviderStatus::cancelled || s == ProviderStatus::expired;
}

bool is_soft(ProviderStatus s) { return s != ProviderStatus::authorized && s != ProviderStatus::succeeded; }

/// How far a payment has come: who has acted waits for the provider, who has not is waited for.
int progress(ProviderStatus s) { return s == ProviderStatus::requires_action ? -1 : static_cast<int>(s); }

// Providers tell time in seconds, we in milliseconds: within one second what is further beats what is not.
void absorb_status(Payment& p, const Observation& o) {
    if (o.status == ProviderStatus::authorized || o.authorized) {
        const int64_t minor = o.authorized ? o.authorized->minor : p.total;
        p.state.authorized_minor = std::max(p.state.authorized_minor.value_or(0), minor);
        p.state.authorized_as_of_ms = std::max(p.state.authorized_as_of_ms, o.as_of_ms);
    }
    if (!is_soft(o.status)) return;
    const SoftStatus seen{o.status, o.as_of_ms, o.reason};
    auto rank = [](const SoftStatus& s) {
        return std::make_tuple(s.as_of_ms / 1000, is_terminal(s.status), progress(s.status), !s.reason.empty(), s.as_of_ms, s.reason);
    };
    if (!p.state.soft || rank(*p.state.soft) < rank(seen)) p.state.soft = seen;
}

void absorb_disputes(Payment& p, const Observation& o) {
    for (const DisputeSeen& seen : o.disputes) {
        auto& list = p.state.disputes;
        const auto at = std::lower_bound(list.begin(), list.end(), seen.id,
                                         [](const DisputeFact& d, const std::string& id) { return d.id < id; });
        if (at == list.end() || at->id != seen.id) list.insert(at, {seen.id, seen.state});
        else at->state = std::max(at->state, seen.state);
    }
}

}  // namespace

void absorb(Payment& p, const Observation& o, const std::vector<const Effect*>& fresh) {
    for (const Effect* e : fresh) absorb_effect(p, o, *e);
    absorb_totals(p, o);
    absorb_fees(p, o);
    absorb_status(p, o);
    absorb_disputes(p, o);
    if (o.payer_fee && o.payer_fee->currency == p.currency)
        p.state.payer_fee_minor = std::max(p.state.payer_fee_minor.value_or(0), o.payer_fee->minor);
    // The smallest of several spellings, so that order does not matter.
    if (!o.payer_email.empty() && (p.state.payer_email.empty() || o.payer_email < p.state.payer_email))
        p.state.payer_email = o.payer_email;
    std::sort(p.state.facts.begin() + 1, p.state.facts.end(), [](const Facts& a, const Facts& b) {
        return std::tie(a.currency, a.mode) < std::tie(b.currency, b.mode);
    });
}

}  // namespace turnpike::payments
