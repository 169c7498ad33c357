#include "host/payments/inbox.hpp"

#include <algorithm>

#include "host/events/outbox.hpp"
#include "host/json/read.hpp"
#include "host/payments/inbox_rows.hpp"

namespace turnpike::payments {
namespace {

constexpr int64_t kRefusalsStored = 60;        ///< at once, an integration
constexpr int64_t kRefusalEveryMs = 1000;      ///< and then one a second
constexpr int64_t kAttemptsMax = 8;
constexpr int64_t kIsolatedMs = 8000;
constexpr int kDecoyedMessages = 100;          ///< of each integration since the host started

/// A webhook.handle result, taken apart; a bad observation does not lose the others.
struct Handled {
    std::vector<Observation> observations;
    std::string event_id, event_type, ignore;
    int bad = 0;
};

Handled read_handled(const std::string& text) {
    Handled out;
    const auto value = json::read(text);
    if (!value) return out;
    out.event_id = value->text("event_id").substr(0, 255);
    out.event_type = value->text("event_type").substr(0, 255);
    out.ignore = value->text("ignore");
    if (const json::Value* flag = value->find("ignore"); flag && flag->boolean().value_or(false)) out.ignore = "the plugin has nothing to say of it";
    if (const json::Value* list = value->find("observations"))
        for (const json::Value& item : list->items()) {
            auto o = read_observation(item);
            if (o) out.observations.push_back(std::move(*o));
            else ++out.bad;
        }
    return out;
}

/// One line for the payment log from what became of each observation.
InboxVerdict verdict_of(const Handled& handled, const std::vector<Settled>& settled) {
    InboxVerdict v{"ignored", handled.ignore, handled.event_id, handled.event_type, std::nullopt};
    for (const Settled& s : settled) {
        const bool better = s.verdict == SettleVerdict::applied || (s.verdict == SettleVerdict::parked && v.verdict == "ignored");
        if (!better) {
            if (v.reason.empty()) v.reason = s.reason;
            continue;
        }
        v.verdict = s.verdict == SettleVerdict::applied ? "accepted" : "parked";
        v.reason = s.reason;
        v.payment = s.payment_seq;
    }
    if (handled.bad > 0) v.reason = std::to_string(handled.bad) + " of its observations could not be read";
    return v;
}

exchange::OperationResult too_large() {
    plugins::PluginError error;
    error.kind = plugins::ErrorKind::input;
    error.http_status = 413;
    error.hint = "The message is larger than the provider's ever are.";
    exchange::OperationResult out;
    out.verdict = std::move(error);
    return out;
}

/// What nobody vouched for is refused where messages are signed, and held where the operator chose not to ask.
bool refused_unproven(const Integration& integration, const exchange::OperationResult& result) {
    const bool lenient = integration.source.def.accept_unauthenticated_webhooks;
    return integration.manifest().webhook.auth == "prove" && !lenient && !result.proven;
}
bool held_unproven(const Integration& integration, const exchange::OperationResult& result) {
    return !integration.source.def.accept_unauthenticated_webhooks && !authentic(integration.manifest().webhook, result);
}

void deny_unproven(const Integration& integration, exchange::OperationResult& result) {
    if (!result.done() || !refused_unproven(integration, result)) return;
    plugins::PluginError unproven;
    unproven.kind = plugins::ErrorKind::forged;
    unproven.hint = "The plugin accepted a message it did not prove.";
    result.verdict = unproven;
}

void set_check_now(store::Tx& tx, int64_t payment_seq) {
    tx.db.run("UPDATE payments SET next_check_at = $2 WHERE seq = $1", payment_seq, tx.now_ms);
}

/// The one observation most messages bring: what fails, fails with its unit.
std::vector<Settled> settle_one(store::Tx& tx, Settler& settler, const Source& source, const Observation& o, const Occasion& occasion) {
    std::vector<Settled> out = {settler.settle(tx, source, o, occasion)};
    if (out[0].wants_query && out[0].payment_seq) set_check_now(tx, *out[0].payment_seq);
    return out;
}

/// Settles in one transaction; each observation in a savepoint of its own when there are several.
std::vector<Settled> settle_each(store::Tx& tx, Settler& settler, const Source& source, const Handled& handled, const Occasion& occasion) {
    if (handled.observations.size() == 1) return settle_one(tx, settler, source, handled.observations.front(), occasion);
    std::vector<Settled> out;
    for (const Observation& o : handled.observations) {
        tx.db.run("SAVEPOINT observation");
        try {
            out.push_back(settler.settle(tx, source, o, occasion));
            tx.db.run("RELEASE observation");
        } catch (const std::exception& e) {
            tx.db.run("ROLLBACK TO observation");
            tx.db.run("RELEASE observation");
            out.push_back({SettleVerdict::ignored, std::nullopt, "", "it could not be settled", false, std::nullopt});
        }
        if (out.back().wants_query && out.back().payment_seq) set_check_now(tx, *out.back().payment_seq);
    }
    return out;
}

}  // namespace

bool authentic(const config::WebhookSpec& webhook, const exchange::OperationResult& result) {
    if (webhook.auth == "prove") return result.proven;
    return std::any_of(result.events.begin(), result.events.end(), [&](const plugins::Event& e) {
        const bool asked = std::find(webhook.postback_labels.begin(), webhook.postback_labels.end(), e.label) != webhook.postback_labels.end();
        return asked && e.kind == plugins::EventKind::response && e.response.status == 200 && e.response.body == webhook.postback_accept_body;
    });
}

exchange::OperationCall Inbox::call_for(const Integration& integration, plugins::Inbound message) const {
    exchange::OperationCall call;
    call.instance = integration.instance;
    call.route = integration.route;
    call.op = "webhook.handle/1";
    call.op_id = "webhook/" + integration.id();
    call.input_json = "{}";
    call.inbound = std::move(message);
    call.priority = exchange::Priority::complete;
    return call;
}

void Inbox::receive(IntegrationPtr integration, plugins::Inbound message, std::function<void(Answer)> then) {
    if (message.body.size() > integration->manifest().webhook.max_bytes) return refuse_message(std::move(integration), message, too_large(), std::move(then));
    exchange::OperationCall call = call_for(*integration, std::move(message));
    if (integration->instance->isolated()) return receive_isolated(std::move(integration), std::move(call), std::move(then));
    auto result = service_.deps().exchange.run_pure(call);
    // A plugin that wants to ask somebody must have proven the message before, and its decoy must not get that far.
    const bool believed = !result || result->done();
    if (believed && !decoy_refuses(*integration, call)) {
        quarantine(*integration);
        return then({503, {}, ""});
    }
    message = std::move(*call.inbound);
    if (!result) return store_waiting(std::move(integration), message, std::move(then));
    deny_unproven(*integration, *result);
    if (result->error()) return refuse_message(std::move(integration), message, *result, std::move(then));
    settle_proven(std::move(integration), std::move(message), std::move(*result), std::move(then));
}

/// A plugin that may not run on this thread is asked elsewhere, and the sender waits for its word.
void Inbox::receive_isolated(IntegrationPtr integration, exchange::OperationCall call, std::function<void(Answer)> then) {
    auto message = std::make_shared<plugins::Inbound>(*call.inbound);
    call.deadline_unix_ms = clock_.now_ms() + kIsolatedMs;
    auto shown = std::make_shared<exchange::OperationCall>(call);
    service_.deps().exchange.run(std::move(call), [this, integration, message, shown, then](exchange::OperationResult result) {
        deny_unproven(*integration, result);
        const auto* error = result.error();
        const bool final = error && (error->kind == plugins::ErrorKind::forged || error->kind == plugins::ErrorKind::input);
        if (error && error->crashed) return park_poisoned(integration, *message, error->hint, then);
        if (error && final) return refuse_message(integration, *message, result, then);
        if (error) return store_waiting(integration, *message, then);
        auto believed = std::make_shared<exchange::OperationResult>(std::move(result));
        ask_decoy(integration, *shown, [this, integration, message, believed, then](bool refused) {
            if (refused) return settle_proven(integration, std::move(*message), std::move(*believed), then);
            quarantine(*integration);
            then({503, {}, ""});
        });
    });
}

/// decoy_refuses() for a decoy that must not run on this thread.
void Inbox::ask_decoy(const IntegrationPtr& integration, exchange::OperationCall call, std::function<void(bool)> then) {
    if (!integration->decoy || !count_decoyed(integration->id())) return then(true);
    call.instance = integration->decoy;
    auto nowhere = std::make_shared<exchange::Route>(*call.route);
    nowhere->hosts.clear();
    call.route = std::move(nowhere);
    service_.deps().exchange.run(std::move(call), [then](exchange::OperationResult result) {
        then(result.error() && result.error()->kind == plugins::ErrorKind::forged);
    });
}

/// A message that ends whoever reads it is kept whole and asked about no more: it is ours now, so the sender hears yes.
void Inbox::park_poisoned(const IntegrationPtr& integration, const plugins::Inbound& message, const std::string& how, std::function<void(Answer)> then) {
    auto kept = std::make_shared<const InboxMessage>(inbox_message(message, Kept::whole));
    in_unit<bool>(service_.deps().store, [integration, kept, how](store::Tx& tx) {
        insert_inbox(tx, *integration, *kept, {"poisoned", how, "", "", std::nullopt});
        return true;
    }, [then](Result<bool> stored) { then(stored ? Answer{} : Answer{503, {}, ""}); });
}

void Inbox::settle_proven(IntegrationPtr integration, plugins::Inbound message, exchange::OperationResult result, std::function<void(Answer)> then) {
    auto handled = std::make_shared<const Handled>(read_handled(result.done()->result_json));
    auto kept = std::make_shared<const InboxMessage>(inbox_message(std::move(message), Kept::whole));
    Answer answer;
    if (result.reply) answer = {static_cast<int>(result.reply->status), result.reply->headers, result.reply->body};
    const bool unproven = held_unproven(*integration, result);
    in_unit<bool>(service_.deps().store, [this, integration, kept, handled, unproven](store::Tx& tx) {
        // The row is written once, with what became of it; its number is known before.
        const int64_t n = next_inbox(tx.db);
        const std::vector<Settled> settled = settle_each(tx, service_.deps().settler, integration->source, *handled, {"webhook", n, unproven});
        insert_inbox(tx, *integration, *kept, verdict_of(*handled, settled));
        return true;
    }, [then, answer](Result<bool> stored) {
        // Nothing is acknowledged that is not durable: the provider will send it again.
        then(stored ? answer : Answer{stored.error().status >= 500 ? stored.error().status : 503, {}, ""});
    });
}

void Inbox::refuse_message(IntegrationPtr integration, const plugins::Inbound& message, const exchange::OperationResult& result, std::function<void(Answer)> then) {
    const plugins::PluginError& error = *result.error();
    const bool forged = error.kind == plugins::ErrorKind::forged;
    const bool fault = error.kind == plugins::ErrorKind::internal;
    Answer answer{forged ? static_cast<int>(integration->manifest().webhook.refuse_status) : 400, {}, ""};
    if (error.http_status == 413) answer.status = 413;
    if (result.reply) answer = {static_cast<int>(result.reply->status), result.reply->headers, result.reply->body};
    ++refused_;
    if (!may_store_refusal(integration->id())) {
        ++uncounted_;
        return then(answer);
    }
    const std::string reason = forged ? "not_authentic" : fault ? "plugin_fault" : "malformed";
    auto kept = std::make_shared<const InboxMessage>(inbox_message(message, Kept::head));
    in_unit<bool>(service_.deps().store, [integration, kept, reason, hint = error.hint](store::Tx& tx) {
        insert_inbox(tx, *integration, *kept, {"refused", hint.empty() ? reason : reason + ": " + hint, "", "", std::nullopt});
        return true;
    }, [then, answer](Result<bool>) { then(answer); });
}

void Inbox::store_waiting(IntegrationPtr integration, const plugins::Inbound& message, std::function<void(Answer)> then) {
    auto kept = std::make_shared<const InboxMessage>(inbox_message(message, Kept::whole));
    in_unit<int64_t>(service_.deps().store, [integration, kept](store::Tx& tx) {
        return insert_inbox(tx, *integration, *kept, {"waiting", "", "", "", std::nullopt});
    }, [this, then](Result<int64_t> n) {
        then(n ? Answer{} : Answer{503, {}, ""});
        if (n) work_on(*n, [] {});
    });
}

void Inbox::work_on(int64_t n, std::function<void()> then) {
    auto stored = service_.deps().store.read([&](store::Session& db) { return load_inbox(db, n); });
    IntegrationPtr integration = stored ? service_.deps().integrations.find(stored->integration) : nullptr;
    if (!integration || !integration->instance) return then();
    if (stored->attempts >= kAttemptsMax) {
        service_.deps().store.committer().submit([n](store::Tx& tx) { update_inbox(tx, n, {"poisoned", "it could not be verified after many attempts", "", "", std::nullopt}); },
                                                 [then](std::exception_ptr) { then(); });
        return;
    }
    service_.deps().exchange.run(call_for(*integration, std::move(stored->message)), [this, integration, n, then](exchange::OperationResult result) {
        finish_waiting(integration, n, std::move(result), then);
    });
}

void Inbox::finish_waiting(IntegrationPtr integration, int64_t n, exchange::OperationResult result, std::function<void()> then) {
    deny_unproven(*integration, result);
    const bool unproven = held_unproven(*integration, result);
    auto shared = std::make_shared<exchange::OperationResult>(std::move(result));
    service_.deps().store.committer().submit([this, integration, n, shared, unproven](store::Tx& tx) {
        store_transcript(tx, std::nullopt, integration->id(), "webhook.handle/1", *shared);
        if (const auto* error = shared->error()) {
            const bool final = error->kind == plugins::ErrorKind::forged || error->kind == plugins::ErrorKind::input;
            return update_inbox(tx, n, {error->crashed ? "poisoned" : final ? "refused" : "waiting", error->hint, "", "", std::nullopt});
        }
        const Handled handled = read_handled(shared->done()->result_json);
        const std::vector<Settled> settled = settle_each(tx, service_.deps().settler, integration->source, handled, {"webhook", n, unproven});
        update_inbox(tx, n, verdict_of(handled, settled));
    }, [then](std::exception_ptr) { then(); });
}

// A plugin that accepts what random keys cannot have signed accepts everything.
bool Inbox::decoy_refuses(const Integration& integration, const exchange::OperationCall& call) {
    if (!integration.decoy || !count_decoyed(integration.id())) return true;
    exchange::OperationCall shown = call;
    shown.instance = integration.decoy;
    const auto result = service_.deps().exchange.run_pure(shown);
    return result && result->error() && result->error()->kind == plugins::ErrorKind::forged;
}

/// Whether this message is still among those the decoy is shown.
bool Inbox::count_decoyed(const std::string& integration) {
    std::lock_guard lock(mutex_);
    return decoyed_[integration]++ < kDecoyedMessages;
}

void Inbox::quarantine(const Integration& integration) {
    const std::string reason = "its plugin accepts messages that nobody signed";
    service_.deps().integrations.quarantine(integration.id(), reason);
    service_.deps().store.committer().submit([this, id = integration.id(), mode = integration.source.mode(), reason](store::Tx& tx) {
        events::emit(tx, service_.deps().ids, "plugin.quarantined", mode, json::Value::object({{"integration", id}, {"reason", reason}}));
    }, nullptr);
}

bool Inbox::may_store_refusal(const std::string& integration) {
    std::lock_guard lock(mutex_);
    Bucket& bucket = refusals_[integration];
    const int64_t now = clock_.now_ms();
    bucket.tokens = std::min(kRefusalsStored, bucket.tokens + (now - bucket.refilled_ms) / kRefusalEveryMs);
    if (now - bucket.refilled_ms >= kRefusalEveryMs) bucket.refilled_ms = now;
    if (bucket.tokens == 0) return false;
    --bucket.tokens;
    return true;
}

}  // namespace turnpike::payments
