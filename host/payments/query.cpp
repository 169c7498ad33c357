#include "host/json/read.hpp"
#include "host/json/write.hpp"
#include "host/payments/plugin_problem.hpp"
#include "host/payments/schedule.hpp"
#include "host/payments/service.hpp"
#include "host/payments/view.hpp"

namespace turnpike::payments {
namespace {

std::optional<Payment> find_by_id(store::Store& store, const std::string& id) {
    return store.read([&](store::Session& db) { return load_payment(db, id); });
}

Problem no_payment(const std::string& id) { return problem(404, "not_found", "There is no payment " + id + "."); }

/// An expired payment nobody paid is over for us; a late capture would still win.
Observation expiry(const Payment& p, int64_t now_ms) {
    Observation o;
    o.reference = p.reference;
    o.mode = p.mode;
    o.as_of_ms = now_ms;
    o.status = ProviderStatus::expired;
    return o;
}

/// The result says what the payer must do next: the provider wants the browser once more.
bool acts_again(const exchange::OperationResult& result) {
    const auto value = json::read(result.done()->result_json);
    const json::Value* action = value ? value->find("next_action") : nullptr;
    return action && action->is_object();
}

bool gave_up(const Payment& p, const config::PollSpec& poll, int64_t now_ms) {
    const bool waits = p.status == "pending" || p.status == "requires_action";
    const int64_t over_at = p.expires_at.value_or(p.created_at + poll.until_s * 1000);
    return waits && p.outcome == "known" && now_ms > over_at + 3600 * 1000;
}

}  // namespace

void PaymentService::query(IntegrationPtr integration, const Payment& payment, const std::string& op, const std::string& cause,
                           exchange::Priority priority, std::optional<plugins::Inbound> inbound, std::function<void(Result<Payment>)> then) {
    if (!integration->manifest().operation(op)) return then(payment);
    Operation operation{integration, op, json::write(payment_input(payment)), payment.id + "/" + op + "/" + std::to_string(payment.checks),
                        payment.reference + "-q", priority, std::move(inbound), 0};
    run(std::move(operation), [this, integration, payment, op, cause, then](exchange::OperationResult result) {
        auto shared = std::make_shared<exchange::OperationResult>(std::move(result));
        in_unit<Payment>(deps_.store, [this, integration, payment, op, cause, shared](store::Tx& tx) {
            store_transcript(tx, payment.seq, payment.integration, op, *shared);
            Payment p = shared->done() ? apply_result(tx, deps_.settler, integration->source, *shared, {cause, std::nullopt, false}, payment, urls(payment, *integration).page_url)
                                       : load_payment(tx.db, payment.seq).value();
            ++p.checks;
            if (shared->done() && p.outcome == "unknown") p.outcome = "known";
            const config::OperationSpec* spec = integration->manifest().operation(op);
            if (shared->outcome_unknown && spec->moves_money && p.own().captured.target() == 0) p.outcome = "unknown";
            p.next_check_at = next_check(p, integration->manifest().poll, tx.now_ms);
            update_payment(tx, p);
            if (shared->done() && gave_up(p, integration->manifest().poll, tx.now_ms)) {
                deps_.settler.settle(tx, integration->source, expiry(p, tx.now_ms), {"expiry", std::nullopt, false});
                p = load_payment(tx.db, payment.seq).value();
            }
            return p;
        }, [shared, then](Result<Payment> p) {
            if (!p) return then(std::move(p));
            if (shared->error()) return then(failure(plugin_problem(*shared)));
            p->sent_on = acts_again(*shared);
            then(std::move(p));
        });
    });
}

void PaymentService::refresh(const std::string& id, Then then) {
    const auto payment = find_by_id(deps_.store, id);
    if (!payment) return then(failure(no_payment(id)));
    const auto integration = usable(payment->integration);
    if (!integration) return then(Failure(integration.error()));
    query(*integration, *payment, "payment.query/1", "query", exchange::Priority::complete, std::nullopt, [then](Result<Payment> p) {
        if (!p) return then(Failure(p.error()));
        then(Answered{200, payment_json(*p)});
    });
}

void PaymentService::browser_return(const std::string& id, plugins::Inbound inbound, Then then) {
    const auto payment = find_by_id(deps_.store, id);
    if (!payment) return then(failure(no_payment(id)));
    auto answer = [then](const Payment& p) { then(Answered{200, payment_json(p), false, p.sent_on}); };
    const auto integration = usable(payment->integration);
    // Whoever came first asks; a reload or a second tab sees what is known.
    if (!integration || !begin(id)) return answer(*payment);
    const bool completes = (*integration)->manifest().operation("payment.complete/1") != nullptr;
    query(*integration, *payment, completes ? "payment.complete/1" : "payment.query/1", "complete", exchange::Priority::complete, std::move(inbound),
          [this, id, payment = *payment, answer](Result<Payment> p) {
              end(id);
              answer(p ? *p : payment);
          });
}

void PaymentService::check_payment(int64_t seq, std::function<void()> then) {
    const auto payment = deps_.store.read([&](store::Session& db) { return load_payment(db, seq); });
    const auto integration = payment ? usable(payment->integration) : Result<IntegrationPtr>(failure(404, "not_found", ""));
    if (!integration || !begin(payment->id)) return then();
    query(*integration, *payment, "payment.query/1", "query", exchange::Priority::background, std::nullopt, [this, id = payment->id, then](Result<Payment>) {
        end(id);
        then();
    });
}

void PaymentService::settle_all(IntegrationPtr integration, std::vector<Observation> observations, Occasion occasion, std::function<void()> then) {
    for (Observation& o : observations) {
        deps_.store.committer().submit([this, integration, o = std::move(o), occasion](store::Tx& tx) { deps_.settler.settle(tx, integration->source, o, occasion); }, nullptr);
    }
    deps_.store.committer().submit([](store::Tx&) {}, [then](std::exception_ptr) { then(); });
}

}  // namespace turnpike::payments
