#include "host/events/outbox.hpp"
#include "host/json/write.hpp"
#include "host/payments/announce.hpp"
#include "host/payments/match.hpp"
#include "host/payments/service.hpp"
#include "host/payments/view.hpp"

namespace turnpike::payments {
namespace {

void audit(store::Tx& tx, const std::string& actor, const std::string& act, const std::string& object, const json::Value& detail) {
    tx.db.run("INSERT INTO audit (at, actor, action, object, detail) VALUES ($1, $2, $3, $4, $5)", tx.now_ms, actor, "payment." + act, object,
              json::write(detail));
}

void need_customer(store::Tx& tx, const std::string& id) {
    auto rows = tx.db.query("SELECT 1 FROM customers WHERE id = $1 AND erased_at IS NULL", id);
    if (!rows.next()) refuse(422, "unknown_customer", "There is no customer " + id + ".");
}

void release_all(Payment& p) {
    for (const std::string& reason : p.state.held) add_once(p.state.released, reason);
    for (const Facts& f : p.state.facts) {
        // What is derived from sums is let pass too, as it stands now.
        for (std::string reason = hold_reason(p, f); !reason.empty() && reason != "customer_unknown" && reason != "fee_pending" && reason != "rejected"; reason = hold_reason(p, f))
            add_once(p.state.released, reason);
    }
}

}  // namespace

void PaymentService::operator_act(const std::string& id, const std::string& act, const std::string& actor,
                                  std::function<void(store::Tx&, Payment&)> change, Then then) {
    in_unit<Answered>(deps_.store, [this, id, act, actor, change = std::move(change)](store::Tx& tx) {
        auto found = load_payment(tx.db, id);
        if (!found) refuse(404, "not_found", "There is no payment " + id + ".");
        const Payment before = *found;
        Payment after = before;
        change(tx, after);
        const IntegrationPtr integration = deps_.integrations.find(after.integration);
        deps_.settler.commit_change(tx, before, after, integration ? integration->manifest().poll : config::PollSpec{}, {act, std::nullopt, false});
        write_timeline(tx, after.seq, "operator", json::Value::object({{"act", act}, {"actor", actor}}));
        audit(tx, actor, act, id, json::Value::object({{"was", before.status}, {"is", after.status}}));
        if (before.status == "held" && after.status != "held") events::emit(tx, deps_.ids, "payment.released", after.mode, event_json(after));
        return Answered{200, payment_json(after)};
    }, then);
}

void PaymentService::assign(const std::string& id, const std::string& customer, bool remember_payer, const std::string& actor, Then then) {
    operator_act(id, "assign", actor, [customer, remember_payer](store::Tx& tx, Payment& p) {
        need_customer(tx, customer);
        if (p.customer && *p.customer == customer) return;
        if (p.customer) refuse(409, "already_assigned", "The payment belongs to " + *p.customer + ".");
        assign_customer(tx, p, customer);
        add_once(p.state.released, "customer_ambiguous");
        if (!remember_payer || p.state.payer_email.empty()) return;
        const int64_t set = tx.db.run("UPDATE customers SET paypal_email = $2 WHERE id = $1 AND paypal_email IS NULL AND NOT EXISTS"
                                      " (SELECT 1 FROM customers WHERE paypal_email = $2)", customer, fold(p.state.payer_email));
        if (set == 0) refuse(409, "email_in_use", "The payer's address cannot be remembered: it is another customer's, or this customer has one.");
    }, then);
}

void PaymentService::release(const std::string& id, const std::string& reason, const std::string& actor, Then then) {
    if (reason.empty()) return then(failure(422, "reason_missing", "Say why the money is released."));
    operator_act(id, "release", actor, [](store::Tx&, Payment& p) {
        if (!p.state.rejected.empty()) refuse(409, "already_rejected", "The payment was rejected.");
        if (!p.customer) refuse(409, "customer_unknown", "Nobody is known to credit: assign the payment to a customer first.");
        release_all(p);
    }, then);
}

void PaymentService::reject(const std::string& id, const std::string& reason, const std::string& actor, Then then) {
    if (reason.empty()) return then(failure(422, "reason_missing", "Say why the money is rejected."));
    operator_act(id, "reject", actor, [reason](store::Tx&, Payment& p) {
        if (p.status != "held" && p.state.rejected.empty()) refuse(409, "not_held", "Only a held payment can be rejected.");
        p.state.rejected = reason;
    }, then);
}

void PaymentService::complete_manually(const std::string& id, const std::string& received, const std::string& reference, const std::string& actor, Then then) {
    in_unit<Answered>(deps_.store, [this, id, received, reference, actor](store::Tx& tx) {
        auto payment = load_payment(tx.db, id);
        if (!payment) refuse(404, "not_found", "There is no payment " + id + ".");
        const IntegrationPtr integration = deps_.integrations.find(payment->integration);
        if (!integration || integration->manifest().category != config::Category::manual)
            refuse(422, "unsupported_operation", "Only payments of manual methods are completed by hand.");
        if (reference.empty()) refuse(422, "reference_missing", "Name the bank's reference of the money.");
        Observation o;
        o.reference = payment->reference;
        o.mode = payment->mode;
        o.as_of_ms = tx.now_ms;
        o.status = ProviderStatus::succeeded;
        o.effects.push_back({EffectKind::capture, reference, unwrap(money::parse_positive_amount(received, payment->currency)), "", ""});
        o.fee_unavailable = true;
        deps_.settler.settle(tx, integration->source, o, {"complete", std::nullopt, false});
        write_timeline(tx, payment->seq, "operator", json::Value::object({{"act", "complete"}, {"actor", actor}, {"received", received}, {"reference", reference}}));
        audit(tx, actor, "complete", id, json::Value::object({{"received", received}, {"reference", reference}}));
        return Answered{200, payment_json(load_payment(tx.db, payment->seq).value())};
    }, then);
}

}  // namespace turnpike::payments
