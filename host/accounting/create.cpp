#include "host/accounting/accounting.hpp"
#include "host/json/read.hpp"
#include "host/json/write.hpp"
#include "host/payments/plugin_problem.hpp"

namespace turnpike::accounting {
namespace {

using json::Value;
using payments::Answered;

constexpr int64_t kDeadlineMs = 60'000;

struct Begun {
    payments::Claim claim;
    Document document;
};

Value problem_json(const Problem& p) {
    Value out = Value::object({{"type", "urn:turnpike:problem:" + p.code}, {"title", p.code}, {"status", p.status}, {"detail", p.detail}, {"code", p.code}, {"retryable", p.retryable}});
    return out.set_if("provider_code", p.provider_code).set_if("provider_message", p.provider_message);
}

Document new_document(const Asked& asked, const std::string& id, const std::string& mode) {
    Document d;
    d.id = id;
    d.kind = asked.kind;
    d.integration = asked.integration;
    d.mode = mode;
    d.customer = asked.customer;
    d.payment = asked.payment;
    d.input = asked.input;
    return d;
}

Answered replayed(const Begun& begun) {
    if (const Value* problem = begun.claim.object.find("problem")) return {begun.claim.status, *problem, true};
    return {begun.claim.status, document_json(begun.document), true};
}

/// Nobody knows whether the provider booked it.
bool unknown(const exchange::OperationResult& result) {
    const auto* error = result.error();
    return error && error->effect != plugins::Effect::none && result.sent_maybe;
}

}  // namespace

Result<payments::IntegrationPtr> Accounting::usable(const std::string& id, const std::string& op) const {
    payments::IntegrationPtr integration = deps_.integrations.find(id);
    if (!integration) return failure(422, "unknown_integration", "There is no integration " + id + ".");
    if (!integration->enabled) return failure(422, "integration_disabled", "The integration " + id + " is disabled.");
    if (!integration->instance) return failure(503, "integration_unavailable", "The integration " + id + " is unavailable: " + integration->unavailable);
    if (!integration->manifest().operation(op)) return failure(422, "unsupported_operation", "The provider of " + id + " does not offer " + op.substr(0, op.find('/')) + ".");
    return integration;
}

void Accounting::create(Asked asked, payments::Then then) {
    auto integration = usable(asked.integration, asked.op);
    if (!integration) return then(Failure(integration.error()));
    auto shared = std::make_shared<const Asked>(std::move(asked));
    payments::in_unit<Begun>(deps_.store, [this, shared, integration = *integration](store::Tx& tx) {
        Begun begun;
        begun.document = new_document(*shared, deps_.ids.make("doc_"), integration->source.mode());
        begun.claim = payments::unwrap(payments::claim(tx, shared->key, Value::object({{"id", begun.document.id}})));
        if (!begun.claim.fresh) {
            begun.document = load_document(tx.db, begun.claim.object.text("id")).value();
            return begun;
        }
        if (shared->payment)
            if (const auto known = document_of_payment(tx.db, shared->integration, shared->kind, *shared->payment))
                payments::refuse(409, "already_booked", "The payment " + *shared->payment + " has the document " + *known + " already.");
        insert_document(tx, begun.document);
        return begun;
    }, [this, shared, integration = *integration, then](Result<Begun> begun) {
        if (!begun) return then(Failure(begun.error()));
        const bool again = !begun->claim.fresh;
        if (again && begun->claim.status != 0) return then(replayed(*begun));
        if (!begin(begun->document.id)) return then(failure(409, "idempotency_in_progress", "The first request with this Idempotency-Key is still being worked on."));
        ask(integration, std::move(begun->document), *shared, again ? 1 : 0, then);
    });
}

void Accounting::ask(payments::IntegrationPtr integration, Document document, const Asked& asked, uint32_t attempt, payments::Then then) {
    exchange::OperationCall call;
    call.instance = integration->instance;
    call.route = integration->route;
    call.op = asked.op;
    call.op_id = document.id;
    call.idempotency_key = document.id.substr(4);
    call.input_json = json::write(document.input);
    call.attempt = attempt;
    call.deadline_unix_ms = deps_.store.clock().now_ms() + kDeadlineMs;
    deps_.exchange.run(std::move(call), [this, document, key = asked.key, then](exchange::OperationResult result) { answered(document, key, std::move(result), then); });
}

void Accounting::answered(Document document, const payments::IdempotencyKey& key, exchange::OperationResult result, payments::Then then) {
    auto shared = std::make_shared<exchange::OperationResult>(std::move(result));
    payments::in_unit<Result<Answered>>(deps_.store, [document, key, shared](store::Tx& tx) mutable -> Result<Answered> {
        payments::store_transcript(tx, std::nullopt, document.integration, "accounting." + document.kind, *shared);
        if (const auto* done = shared->done()) {
            apply_answer(document, json::read(done->result_json).value_or(Value::object()));
            update_document(tx, document);
            payments::answer_claim(tx, key, 201, Value::object({{"id", document.id}}));
            return Answered{201, document_json(document)};
        }
        // The claim stays open: the same key asks again.
        if (unknown(*shared)) return Answered{202, document_json(document)};
        const Problem p = payments::plugin_problem(*shared);
        if (p.retryable) {
            // Nothing was booked and it may work later: the key is free for another try.
            remove_document(tx, document.id);
            payments::release_claim(tx, key);
            return failure(p);
        }
        document.status = "failed";
        update_document(tx, document);
        payments::answer_claim(tx, key, p.status, Value::object({{"id", document.id}, {"problem", problem_json(p)}}));
        return failure(p);
    }, [this, id = document.id, then](Result<Result<Answered>> answer) {
        end(id);
        if (!answer) return then(Failure(answer.error()));
        then(std::move(*answer));
    });
}

void Accounting::refresh(const std::string& id, payments::Then then) {
    auto document = deps_.store.read([&](store::Session& db) { return load_document(db, id); });
    if (!document) return then(failure(404, "not_found", "There is no document " + id + "."));
    const bool asks = document->kind == "invoice" || document->kind == "bill";
    if (!asks || !document->provider_id) return then(Answered{200, document_json(*document)});
    auto integration = usable(document->integration, "accounting.invoice.get/1");
    if (!integration) return then(Failure(integration.error()));
    exchange::OperationCall call;
    call.instance = (*integration)->instance;
    call.route = (*integration)->route;
    call.op = "accounting.invoice.get/1";
    call.op_id = "get/" + id;
    call.input_json = json::write(Value::object({{"id", *document->provider_id}}));
    deps_.exchange.run(std::move(call), [this, document = *document, then](exchange::OperationResult result) {
        if (result.error()) return then(Failure(payments::plugin_problem(result)));
        Value answer = json::read(result.done()->result_json).value_or(Value::object());
        payments::in_unit<Answered>(deps_.store, [document, answer](store::Tx& tx) mutable {
            Value merged = document.answer;
            for (const auto& [name, value] : answer.members()) merged.set(name, value);
            apply_answer(document, merged);
            update_document(tx, document);
            return Answered{200, document_json(document)};
        }, then);
    });
}

bool Accounting::begin(const std::string& id) {
    std::lock_guard lock(mutex_);
    return running_.insert(id).second;
}

void Accounting::end(const std::string& id) {
    std::lock_guard lock(mutex_);
    running_.erase(id);
}

}  // namespace turnpike::accounting
