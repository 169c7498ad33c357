#include "host/json/write.hpp"
#include "host/payments/announce.hpp"
#include "host/payments/plugin_problem.hpp"
#include "host/payments/service.hpp"
#include "host/payments/view.hpp"

namespace turnpike::payments {
namespace {

Payment need_payment(store::Tx& tx, const std::string& id) {
    auto p = load_payment(tx.db, id);
    if (!p) refuse(404, "not_found", "There is no payment " + id + ".");
    return std::move(*p);
}

/// What the unit that begins an act leads to.
struct Act {
    Claim claim;
    Payment payment;
    int64_t minor = 0;
};

int64_t capture_amount(const Payment& p, const std::string& text, const config::Manifest& manifest) {
    const int64_t most = p.state.authorized_minor.value_or(p.total);
    if (text.empty()) return most;
    const auto amount = money::parse_positive_amount(text, p.currency);
    if (!amount) refuse(422, "amount_invalid", amount.error().detail);
    if (amount->minor > most) refuse(422, "amount_too_large", "At most " + money::format(most, p.currency) + " is authorized.");
    if (amount->minor % step_of(manifest, p.currency) != 0) refuse(422, "amount_step", "The provider takes this currency in larger steps.");
    return amount->minor;
}

}  // namespace

void PaymentService::capture(const std::string& id, const std::string& amount, const IdempotencyKey& key, Then then) {
    in_unit<Act>(deps_.store, [this, id, amount, key](store::Tx& tx) {
        Act act;
        act.payment = need_payment(tx, id);
        act.claim = unwrap(claim(tx, key, json::Value::object({{"id", id}})));
        if (!act.claim.fresh) return act;
        const IntegrationPtr integration = unwrap(usable(act.payment.integration));
        if (!integration->manifest().operation("payment.capture/1")) refuse(422, "unsupported_operation", "The provider captures by itself.");
        if (act.payment.status != "authorized") refuse(409, "not_authorized", "Only an authorized payment can be captured; this one is " + act.payment.status + ".");
        act.minor = capture_amount(act.payment, amount, integration->manifest());
        if (act.minor != 0 && act.minor != act.payment.total && !integration->manifest().operation("payment.capture/1")->partial)
            refuse(422, "partial_capture_unsupported", "The provider captures all that was authorized or nothing.");
        write_timeline(tx, act.payment.seq, "operator", json::Value::object({{"act", "capture"}, {"amount", money::format(act.minor, act.payment.currency)}}));
        return act;
    }, [this, id, key, then](Result<Act> a) {
        if (!a) return then(Failure(a.error()));
        if (!a->claim.fresh && a->claim.status != 0) return then(Answered{a->claim.status, payment_json(a->payment), true});
        act(id, "payment.capture/1", capture_input(a->payment, a->minor ? a->minor : a->payment.total), a->payment, key, then);
    });
}

void PaymentService::cancel(const std::string& id, Then then) {
    in_unit<Payment>(deps_.store, [this, id](store::Tx& tx) {
        Payment p = need_payment(tx, id);
        const bool open = p.status == "pending" || p.status == "requires_action" || p.status == "authorized";
        if (!open) refuse(409, "not_cancellable", "A payment that is " + p.status + " cannot be cancelled.");
        const IntegrationPtr integration = unwrap(usable(p.integration));
        if (!integration->manifest().operation("payment.void/1")) refuse(422, "unsupported_operation", "The provider cannot cancel a payment.");
        return p;
    }, [this, id, then](Result<Payment> p) {
        if (!p) return then(Failure(p.error()));
        act(id, "payment.void/1", payment_input(*p), *p, {}, then);
    });
}

void PaymentService::act(const std::string& id, const std::string& op, json::Value input, const Payment& payment, IdempotencyKey key, Then then) {
    const auto integration = usable(payment.integration);
    if (!integration) return then(Failure(integration.error()));
    if (!begin(id)) return then(failure(409, "payment_busy", "The provider is being asked about this payment; try again in a moment."));
    const bool captures = op == "payment.capture/1";
    Operation operation{*integration, op, json::write(input), id + "/" + op, payment.reference + (captures ? "-c" : "-v"), exchange::Priority::refund, std::nullopt, 0};
    run(std::move(operation), [this, integration = *integration, payment, captures, key, then](exchange::OperationResult result) {
        acted(integration, payment, captures ? "capture" : "void", key, std::move(result), then);
    });
}

void PaymentService::acted(IntegrationPtr integration, const Payment& payment, const std::string& cause, IdempotencyKey key,
                           exchange::OperationResult result, Then then) {
    auto shared = std::make_shared<exchange::OperationResult>(std::move(result));
    in_unit<Result<Answered>>(deps_.store, [this, integration, payment, cause, key, shared](store::Tx& tx) -> Result<Answered> {
        store_transcript(tx, payment.seq, payment.integration, "payment." + cause + "/1", *shared);
        const json::Value id = json::Value::object({{"id", payment.id}});
        if (shared->done()) {
            const Payment now = apply_result(tx, deps_.settler, integration->source, *shared, {cause, std::nullopt, false}, payment);
            answer_claim(tx, key, 200, id);
            return Answered{200, payment_json(now)};
        }
        if (!shared->outcome_unknown) {
            const Problem p = plugin_problem(*shared);
            answer_claim(tx, key, p.status, json::Value::object({{"id", payment.id}}));
            return failure(p);
        }
        const Payment before = load_payment(tx.db, payment.seq).value();
        Payment p = before;
        p.outcome = "unknown";
        p.checks = 0;
        deps_.settler.commit_change(tx, before, p, integration->manifest().poll, {cause, std::nullopt, false});
        answer_claim(tx, key, 202, id);
        return Answered{202, payment_json(p)};
    }, [this, id = payment.id, then](Result<Result<Answered>> answered) {
        end(id);
        if (!answered) return then(Failure(answered.error()));
        then(std::move(*answered));
    });
}

}  // namespace turnpike::payments
