#include "host/payments/settle.hpp"

#include <algorithm>

#include "host/events/outbox.hpp"
#include "host/json/read.hpp"
#include "host/json/write.hpp"
#include "host/payments/absorb.hpp"
#include "host/payments/announce.hpp"
#include "host/payments/match.hpp"
#include "host/payments/payment_rows.hpp"
#include "host/payments/posting.hpp"
#include "host/payments/refund_match.hpp"
#include "host/payments/schedule.hpp"
#include "host/payments/terms.hpp"

namespace turnpike::payments {
namespace {

constexpr int64_t kParkedMs = 30LL * 86400 * 1000;

bool brings_money(const Observation& o) {
    if (o.total_captured && o.total_captured->minor > 0) return true;
    return std::any_of(o.effects.begin(), o.effects.end(), [](const Effect& e) { return e.kind == EffectKind::capture; });
}

/// Some providers take a reversal's fee out of its amount, some do not, and the message does not say which: together they
/// are the amount when they are exactly what was captured.
std::optional<Observation> with_fee_parts(const Observation& o, const Payment& p) {
    if (std::none_of(o.effects.begin(), o.effects.end(), [](const Effect& e) { return e.fee_part.has_value(); })) return std::nullopt;
    Observation out = o;
    for (Effect& e : out.effects) {
        if (!e.fee_part || e.fee_part->currency != e.amount.currency || e.amount.currency != p.currency) continue;
        const int64_t both = money::add(e.amount.minor, e.fee_part->minor);
        if (both == p.own().captured.target()) e.amount.minor = both;
    }
    return out;
}

/// The effects nobody reported before.  Fees are facts that may be replaced, so they have no row.
std::vector<const Effect*> record_effects(store::Tx& tx, const Source& source, const Scope& scope, const Observation& o, int64_t seq) {
    std::vector<const Effect*> fresh;
    for (const Effect& e : o.effects) {
        if (e.kind == EffectKind::fee) continue;
        const int64_t added = tx.db.run(
            "INSERT INTO effects (id_space, mode, account, kind, provider_id, payment, amount, currency, at)"
            " VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9) ON CONFLICT DO NOTHING",
            source.manifest->id_space, o.mode, scope.name, to_text(e.kind), e.id, seq, e.amount.minor, e.amount.currency.code(),
            tx.now_ms);
        if (added) fresh.push_back(&e);
    }
    return fresh;
}

/// Reasons that come with the observation itself; those that follow from sums are derived (hold_reason).
void note_mismatches(Payment& p, const Source& source, const Scope& scope, const Observation& o, const Occasion& occasion) {
    if (scope.foreign) add_once(p.state.held, "account_mismatch");
    if (occasion.unauthenticated) add_once(p.state.held, "unauthenticated");
    if (!source.receivers || !brings_money(o)) return;
    const std::string receiver = fold(o.receiver);
    const auto same = [&](const std::string& known) { return fold(known) == receiver; };
    if (source.receivers->empty()) add_once(p.state.held, "receiver_unset");
    else if (std::none_of(source.receivers->begin(), source.receivers->end(), same)) add_once(p.state.held, "receiver_mismatch");
}

void take_ids(Payment& p, const Observation& o) {
    if (o.reference == p.reference) take_answer(p, o.answer);
    if (!o.provider_reference.empty()) p.provider_reference = o.provider_reference;
    if (o.provider_ids.empty()) return;
    if (!p.provider_ids.is_object()) p.provider_ids = json::Value::object();
    for (const NamedId& id : o.provider_ids) p.provider_ids.set(id.name, id.id);
}

/// Whose incoming money it is: the parent's customer for a re-deposit, else who the payer's address belongs to.
void find_owner(store::Tx& tx, const Source& source, const Scope& scope, const Observation& o, Payment& p) {
    if (!o.parent.empty()) {
        Observation by_parent;
        by_parent.mode = o.mode;
        by_parent.provider_reference = o.parent;
        if (const auto parent = find_payment(tx, source, scope, by_parent)) {
            p.parent = parent->id;
            p.customer = parent->customer;
        }
    }
    if (p.customer) return;
    CustomerMatch match = find_customer(tx.db, o.payer_email, source.def.match_contacts);
    p.customer = std::move(match.customer);
    if (match.reason == "customer_ambiguous") add_once(p.state.held, match.reason);
}

/// Money an account of somebody else's received for this payment never touches the payment itself.
bool belongs_elsewhere(const Source& source, const Scope& scope, const Payment& p) {
    return scope.foreign || (p.integration != source.def.id && p.scope != scope.name);
}

}  // namespace

void take_answer(Payment& p, const CreateAnswer& answer) {
    if (answer.next_action) p.next_action = *answer.next_action;
    if (answer.provider_data) p.provider_data = *answer.provider_data;
    if (answer.expires_at_ms) p.expires_at = *answer.expires_at_ms;
}

Settled Settler::settle(store::Tx& tx, const Source& source, const Observation& o, const Occasion& occasion) {
    const Scope scope = scope_of(tx, source, o.account);
    std::optional<Payment> payment = find_payment(tx, source, scope, o);
    const bool elsewhere = payment && belongs_elsewhere(source, scope, *payment);
    if (elsewhere) payment.reset();
    if (!payment && brings_money(o) && (elsewhere || (source.incoming == Incoming::yes && !is_reference(o.reference))))
        payment = create_incoming(tx, source, scope, o);
    if (!payment) return park(tx, source, o, occasion, is_reference(o.reference));
    return apply(tx, source, scope, o, occasion, *payment);
}

Settled Settler::apply(store::Tx& tx, const Source& source, const Scope& scope, const Observation& reported, const Occasion& occasion,
                       const Payment& before) {
    const std::optional<Observation> adjusted = with_fee_parts(reported, before);
    const Observation& o = adjusted ? *adjusted : reported;
    const int64_t seq = before.seq;
    Payment after = before;
    const Scope own{before.scope, scope.foreign};
    const std::vector<const Effect*> fresh = record_effects(tx, source, own, o, seq);
    std::vector<std::string> names = remember_names(tx, source, own, before, o);
    match_refunds(tx, ids_, source.manifest->poll, after, o, fresh);
    absorb(after, o, fresh);
    take_ids(after, o);
    if (occasion.cause == "void" && o.status == ProviderStatus::cancelled) after.state.cancelled_by_us = true;
    note_mismatches(after, source, scope, o, occasion);
    for (const Effect* e : fresh)
        if (e->kind == EffectKind::capture) names.push_back(e->id);
    // Asking again starts with short pauses when something new happened.
    if (!fresh.empty()) after.checks = 0;
    commit_change(tx, before, after, source.manifest->poll, occasion);
    Settled out{SettleVerdict::applied, seq, after.id, after.reason.value_or(""), o.query, std::nullopt};
    out.payment = release_parked(tx, source, names) ? load_payment(tx.db, seq) : std::move(after);
    return out;
}

void Settler::commit_change(store::Tx& tx, const Payment& before, Payment& after, const config::PollSpec& poll,
                            const Occasion& occasion) {
    derive_status(after);
    if (after.own().captured.target() > 0 && occasion.cause != "refund") after.outcome = "known";
    const std::vector<int64_t> rows = post_difference(tx, ids_, before, after, occasion.cause);
    after.next_check_at = next_check(after, poll, tx.now_ms);
    update_payment(tx, after);
    announce(tx, ids_, before, after, occasion, rows);
}

std::optional<Payment> Settler::create_incoming(store::Tx& tx, const Source& source, const Scope& scope, const Observation& o) {
    const auto capture = std::find_if(o.effects.begin(), o.effects.end(), [](const Effect& e) { return e.kind == EffectKind::capture; });
    if (capture == o.effects.end() && !o.total_captured) return std::nullopt;
    const money::Amount received = capture != o.effects.end() ? capture->amount : *o.total_captured;
    Payment p;
    p.id = ids_.make("pay_");
    p.reference = ids_.reference();
    p.origin = "incoming";
    p.integration = source.def.id;
    p.provider = source.def.provider;
    p.mode = source.mode();
    p.scope = scope.name;
    p.currency = received.currency;
    p.amount = p.total = received.minor;
    p.terms = terms_of(source.def, *source.manifest, received.currency);
    p.request = json::Value::object();
    find_owner(tx, source, scope, o, p);
    facts_of(p, p.currency.code(), p.mode);
    insert_payment(tx, p);
    events::emit(tx, ids_, "payment.created", p.mode, json::Value::object({{"id", p.id}, {"origin", p.origin}, {"integration", p.integration}}));
    return p;
}

Settled Settler::park(store::Tx& tx, const Source& source, const Observation& o, const Occasion& occasion, bool ours) {
    std::vector<std::string> names = names_of(o);
    if (ours) names.push_back(o.reference);
    if (!o.parent.empty()) names.push_back(o.parent);
    json::Value kept = to_json(o);
    if (occasion.unauthenticated) kept.set("unauthenticated", true);
    const std::string text = json::write(kept);
    auto number = tx.db.query("SELECT coalesce(max(n), 0) + 1 FROM parked");
    number.next();
    const int64_t n = number.integer(0);
    for (const std::string& name : names)
        tx.db.run("INSERT INTO parked (id_space, mode, name, n, integration, inbox, observation, until) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)"
                  " ON CONFLICT DO NOTHING",
                  source.manifest->id_space, o.mode, name, n, source.def.id, occasion.inbox, text, tx.now_ms + kParkedMs);
    if (ours) return {SettleVerdict::parked, std::nullopt, "", "no payment has this reference yet", false, std::nullopt};
    return {SettleVerdict::ignored, std::nullopt, "", "no payment of ours is named", false, std::nullopt};
}

bool Settler::release_parked(store::Tx& tx, const Source& source, const std::vector<std::string>& names) {
    bool any = false;
    for (const std::string& name : names) {
        std::vector<std::pair<int64_t, std::string>> found;
        {
            auto rows = tx.db.query("SELECT n, observation, inbox FROM parked WHERE id_space = $1 AND mode = $2 AND name = $3 AND integration = $4",
                                    source.manifest->id_space, source.mode(), name, source.def.id);
            while (rows.next()) found.emplace_back(rows.integer(0), rows.text(1));
        }
        any = any || !found.empty();
        for (const auto& [n, text] : found) {
            tx.db.run("DELETE FROM parked WHERE n = $1", n);
            const auto value = json::read(text);
            if (!value) continue;
            // What nobody vouched for does not become better by waiting.
            const bool unauthenticated = value->find("unauthenticated") != nullptr;
            if (const auto o = read_observation(*value)) settle(tx, source, *o, {"parked", std::nullopt, unauthenticated});
        }
    }
    return any;
}

}  // namespace turnpike::payments
