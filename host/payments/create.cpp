#include "host/base/encoding.hpp"
#include "host/events/outbox.hpp"
#include "host/json/read.hpp"
#include "host/json/write.hpp"
#include "host/payments/announce.hpp"
#include "host/payments/plugin_problem.hpp"
#include "host/payments/schedule.hpp"
#include "host/payments/scopes.hpp"
#include "host/payments/service.hpp"
#include "host/payments/terms.hpp"
#include "host/payments/view.hpp"
#include "host/payments/velocity.hpp"

namespace turnpike::payments {
namespace {

/// A member of the request: the public address of the host that asked the provider first.
constexpr const char* kFirstAddress = "first_address";

/// What was asked for, as it is stored and frozen.
json::Value request_json(const CreateRequest& r) {
    json::Value out = json::Value::object();
    for (const auto& [name, text] : {std::pair("description", &r.description), std::pair("method", &r.method), std::pair("locale", &r.locale),
                                     std::pair("return_url", &r.return_url), std::pair("cancel_url", &r.cancel_url)})
        if (!text->empty()) out.set(name, *text);
    if (r.metadata.is_object()) out.set("metadata", r.metadata);
    return out;
}

json::Value customer_json(store::Session& db, const std::string& id) {
    auto rows = db.query("SELECT email, name FROM customers WHERE id = $1 AND erased_at IS NULL", id);
    if (!rows.next()) refuse(422, "unknown_customer", "There is no customer " + id + ".");
    json::Value out = json::Value::object({{"id", id}});
    out.set_if("email", rows.maybe_text(0)).set_if("name", rows.maybe_text(1));
    return out;
}

void check_quote(store::Tx& tx, const CreateRequest& r, const Price& price) {
    if (r.quote.empty()) return;
    auto rows = tx.db.query("SELECT integration, currency, amount, surcharge, total, expires_at FROM quotes WHERE id = $1", r.quote);
    if (!rows.next()) refuse(422, "unknown_quote", "There is no quote " + r.quote + ".");
    const bool same = rows.view(0) == r.integration && rows.view(1) == price.currency.code() && rows.integer(2) == price.amount &&
                      rows.integer(3) == price.surcharge && rows.integer(4) == price.total;
    if (!same || rows.integer(5) < tx.now_ms) refuse(409, "quote_changed", "The quote expired or the price changed: ask for a new one.");
}

/// What the unit that begins a payment leads to.
struct Begun {
    Claim claim;
    Payment payment;
    json::Value customer;
};

Answered replayed_answer(const Claim& claim, const Payment& payment) {
    if (const json::Value* problem = claim.object.find("problem")) return {claim.status, *problem, true};
    return {claim.status ? claim.status : 201, payment_json(payment), true};
}

json::Value problem_json(const Problem& p) {
    json::Value out = json::Value::object({{"type", "urn:turnpike:problem:" + p.code}, {"title", p.code}, {"status", p.status}, {"detail", p.detail},
                                           {"code", p.code}, {"retryable", p.retryable}});
    return out.set_if("provider_code", p.provider_code).set_if("provider_message", p.provider_message);
}

Observation ended_observation(const Payment& p, const std::string& reason, int64_t now_ms) {
    Observation o;
    o.reference = p.reference;
    o.mode = p.mode;
    o.as_of_ms = now_ms;
    o.status = ProviderStatus::failed;
    o.reason = reason;
    return o;
}

}  // namespace

Result<IntegrationPtr> PaymentService::usable(const std::string& id) const {
    IntegrationPtr integration = deps_.integrations.find(id);
    if (!integration) return failure(422, "unknown_integration", "There is no integration " + id + ".");
    if (!integration->enabled) return failure(422, "integration_disabled", "The integration " + id + " is disabled.");
    if (!integration->instance) return failure(503, "integration_unavailable", "The integration " + id + " is unavailable: " + integration->unavailable);
    return integration;
}

void PaymentService::quote(const std::string& id, const std::string& currency, const std::string& amount, Then then) {
    constexpr int64_t kQuoteMs = 15 * 60 * 1000;
    const auto integration = usable(id);
    if (!integration) return then(Failure(integration.error()));
    const auto priced = price(**integration, currency, amount);
    if (!priced) return then(Failure(priced.error()));
    in_unit<Answered>(deps_.store, [this, p = *priced, id](store::Tx& tx) {
        const std::string quote = deps_.ids.make("quo_");
        tx.db.run("INSERT INTO quotes (id, integration, currency, amount, surcharge, total, expires_at) VALUES ($1, $2, $3, $4, $5, $6, $7)", quote,
                  id, p.currency.code(), p.amount, p.surcharge, p.total, tx.now_ms + kQuoteMs);
        return Answered{201, json::Value::object({{"id", quote}, {"integration", id}, {"amount", money::format(p.amount, p.currency)},
                                                  {"surcharge", money::format(p.surcharge, p.currency)}, {"total", money::format(p.total, p.currency)},
                                                  {"currency", p.currency.code()}, {"expires_at", rfc3339(tx.now_ms + kQuoteMs).text}})};
    }, then);
}

Payment PaymentService::new_payment(const CreateRequest& r, const Integration& integration, const Price& price, int64_t now_ms) const {
    Payment p;
    p.id = deps_.ids.make("pay_");
    p.reference = deps_.ids.reference();
    p.origin = "requested";
    p.integration = integration.id();
    p.provider = integration.source.def.provider;
    p.mode = integration.source.mode();
    p.customer = r.customer;
    p.currency = price.currency;
    p.amount = price.amount;
    p.surcharge = price.surcharge;
    p.total = price.total;
    p.terms = terms_of(integration.source.def, integration.manifest(), price.currency);
    p.terms.manual_capture = r.manual_capture;
    p.request = request_json(r);
    p.request.set(kFirstAddress, deps_.public_url());
    p.expires_at = now_ms + integration.manifest().expires_s * 1000;
    // Should the host stop before the provider answered, the payment is looked at again.
    p.next_check_at = now_ms + 60000;
    return p;
}

PaymentUrls PaymentService::urls(const Payment& p, const Integration& integration) const { return urls_at(deps_.public_url(), p, integration); }

PaymentUrls PaymentService::urls_at(const std::string& base, const Payment& p, const Integration& integration) const {
    const std::string tail = p.id + "/" + browser_token(p.id), now = deps_.public_url();
    const bool ours = integration.webhook_url.rfind(now + "/", 0) == 0;
    return {base + "/return/" + tail, base + "/cancel/" + tail, ours ? base + integration.webhook_url.substr(now.size()) : integration.webhook_url, base + "/pay/" + tail};
}

std::string PaymentService::browser_token(const std::string& id) const { return to_base64url(deps_.keyring.derive("browser/" + id)).substr(0, 22); }

void PaymentService::create(const CreateRequest& r, Then then) {
    const auto integration = usable(r.integration);
    if (!integration) return then(Failure(integration.error()));
    if ((*integration)->source.mode() != r.mode) return then(failure(422, "mode_mismatch", "The integration " + r.integration + " is in another mode than the token."));
    if (!(*integration)->manifest().operation("payment.create/1")) return then(failure(422, "unsupported_operation", "The provider only takes incoming payments."));
    if (r.manual_capture && !(*integration)->manifest().operation("payment.capture/1"))
        return then(failure(422, "unsupported_operation", "The provider cannot authorize first and capture later."));
    const auto priced = price(**integration, r.currency, r.amount);
    if (!priced) return then(Failure(priced.error()));
    in_unit<Begun>(deps_.store, [this, r, integration = *integration, p = *priced, network = network_of(r.ip, deps_.keyring)](store::Tx& tx) {
        Begun begun;
        begun.payment = new_payment(r, *integration, p, tx.now_ms);
        begun.claim = unwrap(claim(tx, r.key, json::Value::object({{"id", begun.payment.id}})));
        if (!begun.claim.fresh) {
            begun.payment = load_payment(tx.db, begun.claim.object.text("id")).value();
            begun.customer = customer_json(tx.db, r.customer);
            return begun;
        }
        begun.customer = customer_json(tx.db, r.customer);
        check_quote(tx, r, p);
        if (deps_.velocity) check_velocity(tx, deps_.velocity(), begun.payment, network);
        begun.payment.scope = scope_of(tx, integration->source, "").name;
        insert_payment(tx, begun.payment);
        note_network(tx, network, begun.payment.seq);
        events::emit(tx, deps_.ids, "payment.created", begun.payment.mode, event_json(begun.payment));
        return begun;
    }, [this, integration = *integration, key = r.key, then](Result<Begun> begun) {
        if (!begun) return then(Failure(begun.error()));
        const bool interrupted = !begun->claim.fresh && begun->claim.status == 0;
        if (!begun->claim.fresh && !interrupted) return then(replayed_answer(begun->claim, begun->payment));
        if (!this->begin(begun->payment.id)) return then(failure(409, "idempotency_in_progress", "The first request with this Idempotency-Key is still being worked on."));
        ask_provider(integration, begun->payment, begun->customer, key, interrupted ? 1 : 0, then);
    });
}

void PaymentService::ask_provider(IntegrationPtr integration, Payment payment, json::Value customer, IdempotencyKey key, uint32_t attempt, Then then) {
    // A provider refuses a key that comes again with other content: a host that goes on asks with the addresses of the first.
    const std::string base = payment.request.text(kFirstAddress);
    const PaymentUrls urls = urls_at(base.empty() ? deps_.public_url() : base, payment, *integration);
    Operation operation{integration, "payment.create/1", json::write(create_input(payment, urls, customer)), payment.id,
                        payment.reference, exchange::Priority::create, std::nullopt, attempt};
    run(std::move(operation), [this, integration, payment, key, then](exchange::OperationResult result) {
        created(integration, payment, key, std::move(result), then);
    });
}

void PaymentService::created(IntegrationPtr integration, const Payment& payment, IdempotencyKey key, exchange::OperationResult result, Then then) {
    auto shared = std::make_shared<exchange::OperationResult>(std::move(result));
    in_unit<Result<Answered>>(deps_.store, [this, integration, payment, key, shared](store::Tx& tx) -> Result<Answered> {
        store_transcript(tx, payment.seq, payment.integration, "payment.create/1", *shared);
        const json::Value id = json::Value::object({{"id", payment.id}});
        if (shared->done()) {
            const Payment now = apply_result(tx, deps_.settler, integration->source, *shared, {"create", std::nullopt, false}, payment, urls(payment, *integration).page_url);
            answer_claim(tx, key, 201, id);
            return Answered{201, payment_json(now)};
        }
        const config::OperationSpec* spec = integration->manifest().operation("payment.create/1");
        if (shared->outcome_unknown && spec && spec->moves_money) {
            Payment p = load_payment(tx.db, payment.seq).value();
            const Payment before = p;
            p.outcome = "unknown";
            deps_.settler.commit_change(tx, before, p, integration->manifest().poll, {"create", std::nullopt, false});
            answer_claim(tx, key, 202, id);
            return Answered{202, payment_json(p)};
        }
        const Problem p = plugin_problem(*shared);
        deps_.settler.settle(tx, integration->source, ended_observation(payment, p.provider_code.value_or(p.code), tx.now_ms), {"create", std::nullopt, false});
        answer_claim(tx, key, p.status, json::Value::object({{"id", payment.id}, {"problem", problem_json(p)}}));
        return failure(p);
    }, [this, id = payment.id, then](Result<Result<Answered>> answered) {
        end(id);
        if (!answered) return then(Failure(answered.error()));
        then(std::move(*answered));
    });
}

void PaymentService::run(Operation operation, exchange::Completion then) {
    exchange::OperationCall call;
    call.instance = operation.integration->instance;
    call.route = operation.integration->route;
    call.op = std::move(operation.op);
    call.op_id = std::move(operation.op_id);
    call.idempotency_key = std::move(operation.key);
    call.input_json = std::move(operation.input);
    call.inbound = std::move(operation.inbound);
    call.priority = operation.priority;
    call.attempt = operation.attempt;
    deps_.exchange.run(std::move(call), std::move(then));
}

bool PaymentService::begin(const std::string& id) {
    std::lock_guard lock(mutex_);
    return running_.insert(id).second;
}

void PaymentService::end(const std::string& id) {
    std::lock_guard lock(mutex_);
    running_.erase(id);
}

}  // namespace turnpike::payments
