#include "host/twofactor/challenges.hpp"

#include <algorithm>

#include "host/base/crypto.hpp"
#include "host/base/encoding.hpp"
#include "host/events/outbox.hpp"
#include "host/identity/lockout.hpp"
#include "host/json/read.hpp"
#include "host/json/write.hpp"
#include "host/payments/plugin_problem.hpp"

namespace turnpike::twofactor {
namespace {

constexpr int kPolledAtOnce = 200;
constexpr int64_t kConsumeWithinMs = 10 * 60'000;

}  // namespace

void apply_answer(Challenge& c, const json::Value& answer, int64_t now_ms) {
    const std::string status = answer.text("status", "error");
    static const std::vector<std::string> known = {"waiting", "allowed", "denied", "expired", "error", "requires_enrollment"};
    c.status = std::find(known.begin(), known.end(), status) == known.end() ? "error" : status;
    if (const std::string reason = answer.text("reason"); !reason.empty()) c.reason = reason;
    if (const std::string factor = answer.text("factor"); !factor.empty()) c.factor = factor;
    if (const std::string code = answer.text("verification_code"); !code.empty()) c.verification_code = code;
    if (const json::Value* state = answer.find("state")) c.provider_state = *state;
    if (const json::Value* action = answer.find("next_action")) c.next_action = *action;
    if (c.waits()) return;
    c.decided_at = now_ms;
    c.next_poll_at.reset();
    c.provider_state = json::Value();
}

void apply_failure(Challenge& c, const exchange::OperationResult& result, int64_t now_ms) {
    const Problem p = payments::plugin_problem(result);
    c.detail = p.detail;
    if (p.provider_code) c.detail += " (" + *p.provider_code + (p.provider_message ? ": " + *p.provider_message : "") + ")";
    apply_answer(c, json::Value::object({{"status", "error"}, {"reason", "provider_error"}}), now_ms);
}

Result<payments::IntegrationPtr> Challenges::usable(const std::string& id) const {
    auto integration = deps_.integrations.find(id);
    if (!integration) return failure(422, "unknown_integration", "There is no integration " + id + ".");
    if (integration->manifest().category != config::Category::second_factor) return failure(422, "not_a_second_factor", "The integration " + id + " is no second factor.");
    if (!integration->enabled) return failure(422, "integration_disabled", "The integration " + id + " is switched off.");
    if (!integration->instance) return failure(503, "integration_unavailable", "The integration " + id + " cannot be used: " + integration->unavailable + ".");
    return integration;
}

void Challenges::run(payments::IntegrationPtr integration, const std::string& op, const std::string& op_id, json::Value input, int64_t deadline_ms,
                     std::optional<plugins::Inbound> inbound, exchange::Completion then) {
    exchange::OperationCall call;
    call.instance = integration->instance;
    call.route = integration->route;
    call.op = op;
    call.op_id = op_id;
    call.input_json = json::write(input);
    call.inbound = std::move(inbound);
    call.deadline_unix_ms = deps_.store.clock().now_ms() + deadline_ms;
    // The integration is kept until the answer is here, even when the configuration changes meanwhile.
    deps_.exchange.run(std::move(call), [this, integration, op, then = std::move(then)](exchange::OperationResult result) {
        // What failed is kept, masked, for whoever looks into it.
        if (result.error() && !result.transcript.empty()) {
            auto kept = std::make_shared<exchange::OperationResult>(result);
            deps_.store.committer().submit([integration, op, kept](store::Tx& tx) { payments::store_transcript(tx, std::nullopt, integration->id(), op, *kept); }, nullptr);
        }
        then(std::move(result));
    });
}

void Challenges::insert(Challenge challenge, ChallengeThen then) {
    payments::in_unit<Challenge>(deps_.store, [this, challenge](store::Tx& tx) {
        insert_challenge(tx, challenge);
        announce(tx, challenge);
        return challenge;
    }, std::move(then));
}

void Challenges::announce(store::Tx& tx, const Challenge& c) const {
    const bool open = c.reason == "fail_open";
    if (!open && c.reason != "fraud") return;
    events::emit(tx, deps_.ids, open ? "second_factor.fail_open" : "second_factor.fraud", c.mode, challenge_json(c));
    tx.db.run("INSERT INTO audit (at, actor, action, object, detail) VALUES ($1, $2, $3, $4, $5)", tx.now_ms, c.asked_by,
              open ? "second_factor.fail_open" : "second_factor.fraud", c.id,
              json::write(json::Value::object({{"integration", c.integration}, {"username", c.username}})));
}

std::optional<Challenge> Challenges::find(const std::string& id) const {
    return deps_.store.read([&](store::Session& db) { return load_challenge(db, id); });
}

void Challenges::wait(const std::string& id, int64_t wait_ms, ChallengeThen then) {
    {
        // Registered before it is read: a decision in between wakes it.
        std::lock_guard lock(mutex_);
        const auto challenge = find(id);
        if (challenge && challenge->waits() && wait_ms > 0) {
            waiters_.emplace(id, Waiter{steady_ms() + wait_ms, std::move(then)});
            return;
        }
    }
    auto challenge = find(id);
    if (challenge) then(std::move(*challenge));
    else then(failure(404, "not_found", "There is no challenge " + id + "."));
}

void Challenges::wake(const Challenge& challenge) {
    std::vector<ChallengeThen> due;
    {
        std::lock_guard lock(mutex_);
        const auto [from, to] = waiters_.equal_range(challenge.id);
        for (auto it = from; it != to; ++it) due.push_back(std::move(it->second.then));
        waiters_.erase(from, to);
    }
    for (const ChallengeThen& then : due) then(challenge);
}

void Challenges::decide(const std::string& id, std::function<void(store::Tx&, Challenge&)> change, ChallengeThen then) {
    payments::in_unit<Challenge>(deps_.store, [this, id, change = std::move(change)](store::Tx& tx) {
        auto challenge = load_challenge(tx.db, id);
        if (!challenge) payments::refuse(404, "not_found", "There is no challenge " + id + ".");
        if (!challenge->waits()) return *challenge;
        change(tx, *challenge);
        update_challenge(tx, *challenge);
        announce(tx, *challenge);
        return *challenge;
    }, [this, then = std::move(then)](Result<Challenge> decided) {
        if (decided && !decided->waits()) wake(*decided);
        then(std::move(decided));
    });
}

void Challenges::consume_in(store::Tx& tx, const std::string& id) const {
    auto challenge = load_challenge(tx.db, id);
    if (!challenge) payments::refuse(404, "not_found", "There is no challenge " + id + ".");
    if (challenge->status != "allowed") payments::refuse(409, "challenge_not_allowed", "The challenge is " + challenge->status + ".");
    if (challenge->consumed_at) payments::refuse(409, "challenge_consumed", "The challenge was used already.");
    if (tx.now_ms - challenge->decided_at.value_or(0) > kConsumeWithinMs) payments::refuse(409, "challenge_over", "The challenge was allowed too long ago.");
    challenge->consumed_at = tx.now_ms;
    update_challenge(tx, *challenge);
}

void Challenges::consume(const std::string& id, ChallengeThen then) {
    payments::in_unit<Challenge>(deps_.store, [this, id](store::Tx& tx) {
        consume_in(tx, id);
        return *load_challenge(tx.db, id);
    }, std::move(then));
}

std::string Challenges::return_token(const std::string& id) const {
    return id + "." + to_base64url(hmac_sha256(deps_.keyring.derive("second factor return"), id)).substr(0, 22);
}

void Challenges::tick() {
    std::vector<std::pair<std::string, ChallengeThen>> late;
    {
        std::lock_guard lock(mutex_);
        for (auto it = waiters_.begin(); it != waiters_.end();) {
            if (it->second.until_steady_ms > steady_ms()) {
                ++it;
                continue;
            }
            late.emplace_back(it->first, std::move(it->second.then));
            it = waiters_.erase(it);
        }
    }
    for (const auto& [id, then] : late) wait(id, 0, then);
    const int64_t now = deps_.store.clock().now_ms();
    for (const Challenge& challenge : deps_.store.read([&](store::Session& db) { return due_challenges(db, now, kPolledAtOnce); })) poll(challenge);
}

}  // namespace turnpike::twofactor
