#include "host/identity/lockout.hpp"
#include "host/json/read.hpp"
#include "host/twofactor/challenges.hpp"

namespace turnpike::twofactor {
namespace {

constexpr int64_t kAskMs = 20'000;
constexpr int64_t kOwnLifeMs = 5 * 60'000;
constexpr int64_t kPushWindowMs = 10 * 60'000;
constexpr int kMostPushes = 3;

Problem later(const char* code, const char* detail, int64_t seconds) {
    Problem p = problem(429, code, detail);
    p.retry_after_s = static_cast<int>(std::max<int64_t>(seconds, 1));
    p.retryable = true;
    return p;
}

bool makes_a_phone_ring(const std::string& factor) { return factor == "auto" || factor == "push" || factor == "phone"; }

/// What stands against asking this person now.
std::optional<Problem> refusal(store::Session& db, const ChallengeRequest& request, int64_t now_ms) {
    if (const int s = identity::locked_for_s(db, request.owner, now_ms)) return later("locked_out", "Too many wrong codes; try again later.", s);
    if (!makes_a_phone_ring(request.factor) || request.integration == kOwnFactor) return std::nullopt;
    const Pushes pushes = pushes_since(db, request.owner, now_ms - kPushWindowMs);
    if (pushes.count < kMostPushes) return std::nullopt;
    return later("too_many_pushes", "This person was asked three times in ten minutes.", (pushes.oldest_ms + kPushWindowMs - now_ms) / 1000);
}

json::Value input_of(const Challenge& challenge, const ChallengeRequest& request) {
    json::Value out = json::Value::object({{"challenge", challenge.id}, {"username", challenge.username}, {"factor", challenge.factor}});
    auto put = [&](const char* name, const std::string& text) {
        if (!text.empty()) out.set(name, text);
    };
    put("device", challenge.device);
    put("ip", request.ip);
    put("site", challenge.site);
    return out;
}

/// What a plugin answered, with the page it sends a browser to where that is emulated.
json::Value answer_of(const payments::Integration& integration, const exchange::OperationResult& result) {
    json::Value out = json::read(result.done()->result_json).value_or(json::Value::object());
    json::Value* action = out.find("next_action");
    json::Value* url = action ? action->find("url") : nullptr;
    if (url && url->string()) *url = exchange::rewrite_for_sandbox(integration.source.sandbox_url, std::string(*url->string()));
    return out;
}

}  // namespace

void Challenges::create(ChallengeRequest request, ChallengeThen then) {
    const int64_t now = deps_.store.clock().now_ms();
    payments::IntegrationPtr integration;
    if (request.integration != kOwnFactor) {
        auto found = usable(request.integration);
        if (!found) return then(Failure(found.error()));
        integration = *found;
        const bool live = integration->source.def.mode == config::Mode::live && !integration->route->sandbox_url;
        if (request.guards_production && !live) return then(failure(422, "factor_not_live", "A test-mode factor never guards a production site."));
    }
    if (auto refused = deps_.store.read([&](store::Session& db) { return refusal(db, request, now); })) return then(Failure(std::move(*refused)));
    Challenge c;
    c.id = deps_.ids.make("chl_");
    c.integration = request.integration;
    c.mode = integration ? integration->source.mode() : "live";
    c.site = request.site;
    c.owner = request.owner;
    c.username = request.username;
    c.asked_by = request.asked_by;
    c.factor = request.factor;
    c.device = request.device;
    c.created_at = now;
    c.expires_at = c.next_poll_at.emplace(now + kOwnLifeMs);
    if (integration) return create_with(integration, std::move(c), std::move(request), std::move(then));
    c.factor = "passcode";
    create_own(std::move(c), std::move(request.passcode), std::move(then));
}

void Challenges::create_own(Challenge c, std::string code, ChallengeThen then) {
    if (!deps_.store.read([&](store::Session& db) { return OwnFactor::enrolled(db, c.owner); })) {
        c.status = "requires_enrollment";
        c.next_poll_at.reset();
        c.decided_at = c.created_at;
    }
    const bool try_now = c.waits() && !code.empty();
    insert(c, [this, id = c.id, code = std::move(code), try_now, then = std::move(then)](Result<Challenge> inserted) {
        if (!inserted || !try_now) return then(std::move(inserted));
        passcode(id, code, then);
    });
}

void Challenges::create_with(payments::IntegrationPtr integration, Challenge c, ChallengeRequest request, ChallengeThen then) {
    json::Value input = input_of(c, request);
    const std::string op_id = "preauth/" + c.id;
    run(integration, "twofactor.preauth/1", op_id, std::move(input), kAskMs, std::nullopt,
        [this, integration, c = std::move(c), request = std::move(request), then = std::move(then)](exchange::OperationResult result) mutable {
            preauthorized(integration, std::move(c), std::move(request), std::move(result), std::move(then));
        });
}

void Challenges::provider_failed(const payments::Integration& integration, Challenge& c, const exchange::OperationResult& result) {
    const auto kind = result.error()->kind;
    const bool away = kind == plugins::ErrorKind::provider || kind == plugins::ErrorKind::rate;
    const auto failmode = integration.source.def.settings.find("failmode");
    const bool open = failmode != integration.source.def.settings.end() && failmode->second.value.string().value_or("") == "open";
    apply_failure(c, result, deps_.store.clock().now_ms());
    if (!away || !open) return;
    c.status = "allowed";
    c.reason = "fail_open";
    ++failed_open_;
}

void Challenges::preauthorized(payments::IntegrationPtr integration, Challenge c, ChallengeRequest request, exchange::OperationResult result, ChallengeThen then) {
    if (result.error()) {
        provider_failed(*integration, c, result);
        return insert(std::move(c), std::move(then));
    }
    const json::Value answer = answer_of(*integration, result);
    const int64_t now = deps_.store.clock().now_ms();
    const std::string said = answer.text("result");
    if (said == "auth") {
        c.verification_code = answer.text("verification_code");
        if (const json::Value* state = answer.find("state")) c.provider_state = *state;
        const bool coded = c.factor == "passcode";
        // The row stands before anybody is asked: an end of the host in between leaves a challenge that expires.
        return insert(c, [this, integration, request = std::move(request), coded, then = std::move(then)](Result<Challenge> inserted) mutable {
            if (!inserted) return then(std::move(inserted));
            if (!coded) return start(integration, std::move(*inserted), request, std::move(then));
            if (request.passcode.empty()) return then(std::move(inserted));
            passcode(inserted->id, request.passcode, std::move(then));
        });
    }
    json::Value decided = json::Value::object({{"status", said == "allow" ? "allowed" : said == "enroll" ? "requires_enrollment" : "denied"}});
    decided.set("reason", said == "allow" ? "bypass" : said == "enroll" ? "" : "locked_out");
    if (const json::Value* action = answer.find("next_action")) decided.set("next_action", *action);
    apply_answer(c, decided, now);
    insert(std::move(c), std::move(then));
}

void Challenges::start(payments::IntegrationPtr integration, Challenge c, const ChallengeRequest& request, ChallengeThen then) {
    json::Value input = input_of(c, request);
    input.set("state", c.provider_state).set("return_url", deps_.public_url() + "/2fa/return/" + return_token(c.id));
    run(integration, "twofactor.start/1", "start/" + c.id, std::move(input), kAskMs, std::nullopt,
        [this, integration, id = c.id, return_url = request.return_url, then = std::move(then)](exchange::OperationResult result) {
            decide(id, [integration, result = std::move(result), return_url](store::Tx& tx, Challenge& challenge) {
                if (result.error()) return apply_failure(challenge, result, tx.now_ms);
                apply_answer(challenge, answer_of(*integration, result), tx.now_ms);
                if (!challenge.waits()) return;
                if (challenge.provider_state.is_object() && !return_url.empty()) challenge.provider_state.set("return_url", return_url);
                if (challenge.provider_state.is_object() && challenge.provider_state.find("txid")) challenge.next_poll_at = tx.now_ms;
            }, then);
        });
}

}  // namespace turnpike::twofactor
