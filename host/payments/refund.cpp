#include "host/events/outbox.hpp"
#include "host/json/write.hpp"
#include "host/payments/announce.hpp"
#include "host/payments/plugin_problem.hpp"
#include "host/payments/schedule.hpp"
#include "host/payments/service.hpp"
#include "host/payments/view.hpp"

namespace turnpike::payments {
namespace {

struct BegunRefund {
    Claim claim;
    Payment payment;
    Refund refund;
};

/// What can still go back, in terms of total.
int64_t refundable(const Payment& p) {
    const BooksInput in = books_input(p, p.own());
    return in.captured - in.reversed_refunds - in.reversed_disputes;
}

Refund new_refund(const Ids& ids, const Payment& p, const std::string& text, const std::string& reason, const config::Manifest& manifest) {
    if (p.own().captured.target() == 0) refuse(409, "not_refundable", "Nothing was captured of this payment; it is " + p.status + ".");
    const int64_t left = refundable(p);
    Refund r;
    r.id = ids.make("ref_");
    r.payment = p.seq;
    r.amount = {left, p.currency};
    if (!text.empty()) {
        const auto amount = money::parse_positive_amount(text, p.currency);
        if (!amount) refuse(422, "amount_invalid", amount.error().detail);
        if (amount->minor % step_of(manifest, p.currency) != 0) refuse(422, "amount_step", "The provider takes this currency in larger steps.");
        r.amount.minor = amount->minor;
    }
    if (left <= 0) refuse(409, "not_refundable", "All of this payment went back already.");
    if (r.amount.minor > left) refuse(422, "amount_too_large", "At most " + money::format(left, p.currency) + " can still be refunded.");
    if (!reason.empty()) r.reason = reason;
    return r;
}

/// Debits or gives back what changed in our own refunds.
void recount(store::Tx& tx, Settler& settler, int64_t payment_seq, const config::PollSpec& poll, const std::string& cause) {
    Payment before = load_payment(tx.db, payment_seq).value();
    Payment after = before;
    after.state.asked_refunds = true;
    after.refunds_in_flight = refunds_in_flight(tx.db, payment_seq);
    settler.commit_change(tx, before, after, poll, {cause, std::nullopt, false});
}

void tell_refund(store::Tx& tx, const Ids& ids, const Payment& p, const Refund& r) {
    json::Value object = refund_json(r);
    object.set("payment", p.id);
    write_timeline(tx, p.seq, "refund", object);
    if (r.status == "failed") events::emit(tx, ids, "refund.failed", p.mode, object);
}

Answered refund_answer(const Claim& claim, const Refund& r) {
    return {claim.status ? claim.status : 201, refund_json(r), true};
}

}  // namespace

void PaymentService::refund(const std::string& id, const std::string& amount, const std::string& reason, const IdempotencyKey& key, Then then) {
    in_unit<BegunRefund>(deps_.store, [this, id, amount, reason, key](store::Tx& tx) {
        BegunRefund begun;
        auto payment = load_payment(tx.db, id);
        if (!payment) refuse(404, "not_found", "There is no payment " + id + ".");
        begun.payment = std::move(*payment);
        const IntegrationPtr integration = unwrap(usable(begun.payment.integration));
        const std::string fresh_id = deps_.ids.make("ref_");
        begun.claim = unwrap(claim(tx, key, json::Value::object({{"id", fresh_id}})));
        if (!begun.claim.fresh) {
            auto known = load_refund(tx.db, begun.claim.object.text("id"));
            if (!known) refuse(409, "idempotency_in_progress", "The first request with this Idempotency-Key is still being worked on.");
            begun.refund = std::move(*known);
            return begun;
        }
        if (!integration->manifest().operation("refund.create/1")) refuse(422, "unsupported_operation", "The provider cannot refund.");
        begun.refund = new_refund(deps_.ids, begun.payment, amount, reason, integration->manifest());
        begun.refund.id = fresh_id;
        // If the host stops before the answer, the refund is asked about, never sent again.
        begun.refund.next_check_at = tx.now_ms + 60000;
        begun.refund.outcome = "unknown";
        insert_refund(tx, begun.refund);
        recount(tx, deps_.settler, begun.payment.seq, integration->manifest().poll, "refund");
        tell_refund(tx, deps_.ids, begun.payment, begun.refund);
        return begun;
    }, [this, key, then](Result<BegunRefund> begun) {
        if (!begun) return then(Failure(begun.error()));
        if (!begun->claim.fresh) return then(refund_answer(begun->claim, begun->refund));
        const auto integration = usable(begun->payment.integration);
        if (!integration) return then(Failure(integration.error()));
        std::string provider_key = begun->refund.id;
        provider_key[3] = '-';
        Operation operation{*integration, "refund.create/1", json::write(refund_input(begun->payment, begun->refund)), begun->refund.id, provider_key,
                            exchange::Priority::refund, std::nullopt, 0};
        run(std::move(operation), [this, integration = *integration, seq = begun->payment.seq, refund = begun->refund.id, key, then](exchange::OperationResult result) {
            refund_sent(integration, seq, refund, key, std::move(result), then);
        });
    });
}

void PaymentService::refund_sent(IntegrationPtr integration, int64_t payment_seq, const std::string& refund_id, IdempotencyKey key,
                                 exchange::OperationResult result, Then then) {
    auto shared = std::make_shared<exchange::OperationResult>(std::move(result));
    in_unit<Result<Answered>>(deps_.store, [this, integration, payment_seq, refund_id, key, shared](store::Tx& tx) -> Result<Answered> {
        const Payment payment = load_payment(tx.db, payment_seq).value();
        store_transcript(tx, payment_seq, payment.integration, "refund.create/1", *shared);
        const json::Value id = json::Value::object({{"id", refund_id}});
        if (shared->done()) apply_result(tx, deps_.settler, integration->source, *shared, {"refund", std::nullopt, false}, payment);
        Refund r = load_refund(tx.db, refund_id).value();
        if (shared->done()) r.outcome = "known";
        if (shared->error() && !shared->outcome_unknown) {
            const Problem p = plugin_problem(*shared);
            r.status = "failed";
            r.outcome = "known";
            r.note = p.provider_message.value_or(p.detail);
            r.next_check_at.reset();
            update_refund(tx, r);
            recount(tx, deps_.settler, payment_seq, integration->manifest().poll, "refund");
            tell_refund(tx, deps_.ids, payment, r);
            answer_claim(tx, key, p.status, id);
            return failure(p);
        }
        r.next_check_at = r.status == "pending" ? next_refund_check(r.checks, r.outcome == "unknown", integration->manifest().poll, tx.now_ms) : std::nullopt;
        update_refund(tx, r);
        const int status = r.outcome == "unknown" ? 202 : 201;
        answer_claim(tx, key, status, id);
        return Answered{status, refund_json(r)};
    }, [then](Result<Result<Answered>> answered) {
        if (!answered) return then(Failure(answered.error()));
        then(std::move(*answered));
    });
}

void PaymentService::check_refund(int64_t seq, std::function<void()> then) {
    struct Found {
        Payment payment;
        Refund refund;
    };
    const auto found = deps_.store.read([&](store::Session& db) -> std::optional<Found> {
        auto rows = db.query("SELECT id FROM refunds WHERE seq = $1", seq);
        if (!rows.next()) return std::nullopt;
        auto refund = load_refund(db, rows.text(0));
        auto payment = load_payment(db, refund->payment);
        return Found{std::move(*payment), std::move(*refund)};
    });
    const auto integration = found ? usable(found->payment.integration) : Result<IntegrationPtr>(failure(404, "not_found", ""));
    if (!integration || !(*integration)->manifest().operation("refund.query/1")) return then();
    Operation operation{*integration, "refund.query/1", json::write(refund_query_input(found->payment, found->refund)),
                        found->refund.id + "/query/" + std::to_string(found->refund.checks), "q-" + found->payment.reference,
                        exchange::Priority::background, std::nullopt, 0};
    run(std::move(operation), [this, integration = *integration, payment = found->payment, id = found->refund.id, then](exchange::OperationResult result) {
        auto shared = std::make_shared<exchange::OperationResult>(std::move(result));
        deps_.store.committer().submit([this, integration, payment, id, shared](store::Tx& tx) {
            store_transcript(tx, payment.seq, payment.integration, "refund.query/1", *shared);
            if (shared->done()) apply_result(tx, deps_.settler, integration->source, *shared, {"query", std::nullopt, false}, payment);
            Refund r = load_refund(tx.db, id).value();
            ++r.checks;
            // The provider was asked and knows nothing of it: it never arrived, and nothing will come of it.
            constexpr int64_t kNeverArrivedMs = 3600 * 1000;
            if (shared->done() && r.outcome == "unknown" && !r.has_effect && tx.now_ms - r.created_at > kNeverArrivedMs) {
                r.status = "failed";
                r.outcome = "known";
                r.note = "the provider knows nothing of it";
            }
            r.next_check_at = r.status == "pending" ? next_refund_check(r.checks, r.outcome == "unknown", integration->manifest().poll, tx.now_ms) : std::nullopt;
            update_refund(tx, r);
            recount(tx, deps_.settler, payment.seq, integration->manifest().poll, "refund");
        }, [then](std::exception_ptr) { then(); });
    });
}

}  // namespace turnpike::payments
