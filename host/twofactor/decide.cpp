#include "host/base/crypto.hpp"
#include "host/identity/lockout.hpp"
#include "host/json/read.hpp"
#include "host/twofactor/challenges.hpp"

namespace turnpike::twofactor {
namespace {

constexpr int kMostTries = 5;
constexpr int64_t kCodeMs = 20'000;
constexpr int64_t kLongPollMs = 65'000;
constexpr int64_t kPollAgainMs = 2'000;
constexpr int64_t kPollAtMostEveryMs = 500;  ///< where the provider's long polls are short

}  // namespace

bool Challenges::code_is_new(store::Tx& tx, const std::string& owner, const std::string& code) const {
    const std::string hash = hmac_sha256(deps_.keyring.derive("used codes"), owner + "\n" + code);
    return tx.db.run("INSERT INTO used_codes (hash, at) VALUES ($1, $2) ON CONFLICT DO NOTHING", store::Blob{hash}, tx.now_ms) != 0;
}

/// The try is counted before the code is looked at, so that guesses on many connections at once are counted too.
void Challenges::passcode(const std::string& id, const std::string& code, ChallengeThen then) {
    struct Tried {
        Challenge challenge;
        bool right = false;
        int locked_for_s = 0;
    };
    payments::in_unit<Tried>(deps_.store, [this, id, code](store::Tx& tx) {
        auto c = load_challenge(tx.db, id);
        if (!c) payments::refuse(404, "not_found", "There is no challenge " + id + ".");
        if (!c->waits() || tx.now_ms >= c->expires_at) payments::refuse(409, "challenge_over", "The challenge is over; ask for a new one.");
        Tried out;
        out.locked_for_s = identity::locked_for_s(tx.db, c->owner, tx.now_ms);
        if (out.locked_for_s == 0) {
            ++c->tries;
            out.right = c->integration == kOwnFactor && own_.take(tx, c->owner, code);
            if (!out.right) identity::count_wrong(tx, c->owner);
        }
        if (out.right) {
            identity::forgive(tx, c->owner);
            apply_answer(*c, json::Value::object({{"status", "allowed"}, {"reason", "approved"}}), tx.now_ms);
        } else if (c->integration == kOwnFactor && (c->tries >= kMostTries || out.locked_for_s > 0)) {
            apply_answer(*c, json::Value::object({{"status", "denied"}, {"reason", "locked_out"}}), tx.now_ms);
        }
        update_challenge(tx, *c);
        out.challenge = *c;
        return out;
    }, [this, code, then = std::move(then)](Result<Tried> tried_result) {
        if (!tried_result) return then(Failure(tried_result.error()));
        const Tried& t = *tried_result;
        if (!t.challenge.waits()) wake(t.challenge);
        if (t.right) return then(t.challenge);
        if (t.locked_for_s > 0 || t.challenge.reason == "locked_out") {
            Problem p = problem(429, "locked_out", "Too many wrong codes; try again later.");
            p.retry_after_s = std::max(t.locked_for_s, 1);
            return then(Failure(std::move(p)));
        }
        if (t.challenge.integration == kOwnFactor) return then(failure(422, "passcode_wrong", "The code is wrong or was used before."));
        auto integration = usable(t.challenge.integration);
        if (!integration) return then(Failure(integration.error()));
        try_code(*integration, t.challenge, code, then);
    });
}

void Challenges::try_code(payments::IntegrationPtr integration, const Challenge& c, std::string code, ChallengeThen then) {
    json::Value input = json::Value::object({{"challenge", c.id}, {"username", c.username}, {"passcode", code}});
    run(integration, "twofactor.passcode/1", "passcode/" + c.id + "/" + std::to_string(c.tries), std::move(input), kCodeMs, std::nullopt,
        [this, c, code = std::move(code), then = std::move(then)](exchange::OperationResult result) { tried(c, code, std::move(result), then); });
}

void Challenges::tried(const Challenge& c, const std::string& code, exchange::OperationResult result, ChallengeThen then) {
    auto wrong = std::make_shared<bool>(false);
    decide(c.id, [this, code, wrong, result = std::move(result)](store::Tx& tx, Challenge& challenge) {
        *wrong = false;
        if (result.error()) return apply_failure(challenge, result, tx.now_ms);
        const json::Value answer = json::read(result.done()->result_json).value_or(json::Value::object());
        const bool allowed = answer.text("status") == "allowed" && code_is_new(tx, challenge.owner, code);
        if (allowed) {
            identity::forgive(tx, challenge.owner);
            return apply_answer(challenge, answer, tx.now_ms);
        }
        *wrong = true;
        if (challenge.tries < kMostTries && answer.text("reason") != "locked_out" && answer.text("reason") != "fraud") return;
        apply_answer(challenge, json::Value::object({{"status", "denied"}, {"reason", answer.text("reason") == "fraud" ? "fraud" : "locked_out"}}), tx.now_ms);
    }, [wrong, then = std::move(then)](Result<Challenge> decided) {
        if (decided && *wrong && decided->waits()) return then(failure(422, "passcode_wrong", "The code is wrong or was used before."));
        then(std::move(decided));
    });
}

void Challenges::poll(const Challenge& c) {
    {
        std::lock_guard lock(mutex_);
        if (!polling_.insert(c.id).second) return;
    }
    auto done = [this, id = c.id](Result<Challenge>) {
        std::lock_guard lock(mutex_);
        polling_.erase(id);
    };
    const int64_t now = deps_.store.clock().now_ms();
    auto integration = usable(c.integration);
    const bool polls = c.provider_state.is_object() && c.provider_state.find("txid") && integration;
    if (now >= c.expires_at || !polls) {
        return decide(c.id, [](store::Tx& tx, Challenge& challenge) {
            if (tx.now_ms >= challenge.expires_at) apply_answer(challenge, json::Value::object({{"status", "expired"}, {"reason", "timeout"}}), tx.now_ms);
            else challenge.next_poll_at = challenge.expires_at;
        }, done);
    }
    json::Value input = json::Value::object({{"challenge", c.id}, {"username", c.username}, {"state", c.provider_state}});
    run(*integration, "twofactor.poll/1", "poll/" + c.id + "/" + std::to_string(now), std::move(input), std::min(kLongPollMs, c.expires_at - now + 1000), std::nullopt,
        [this, id = c.id, now, done](exchange::OperationResult result) {
            decide(id, [now, result = std::move(result)](store::Tx& tx, Challenge& challenge) {
                // A poll that failed says nothing about the person; the challenge ends in time by itself.
                const json::Value answer = result.error() ? json::Value::object({{"status", "waiting"}}) : json::read(result.done()->result_json).value_or(json::Value::object());
                apply_answer(challenge, answer, tx.now_ms);
                if (challenge.waits()) challenge.next_poll_at = std::min(challenge.expires_at, std::max(tx.now_ms, now + (result.error() ? kPollAgainMs : kPollAtMostEveryMs)));
            }, done);
        });
}

void Challenges::browser_return(const std::string& token, plugins::Inbound inbound, ChallengeThen then) {
    const std::string id = token.substr(0, token.find('.'));
    auto challenge = equal_constant_time(return_token(id), token) ? find(id) : std::nullopt;
    if (!challenge) return then(failure(404, "not_found", "There is nothing at this path."));
    auto integration = usable(challenge->integration);
    if (!challenge->waits() || !integration) return then(std::move(*challenge));
    json::Value input = json::Value::object({{"challenge", id}, {"username", challenge->username}, {"state", challenge->provider_state}});
    const std::string return_url = challenge->provider_state.is_object() ? challenge->provider_state.text("return_url") : "";
    run(*integration, "twofactor.complete/1", "complete/" + id, std::move(input), kCodeMs, std::move(inbound),
        [this, id, return_url, then = std::move(then)](exchange::OperationResult result) {
            decide(id, [result = std::move(result)](store::Tx& tx, Challenge& c) {
                if (result.error()) return apply_failure(c, result, tx.now_ms);
                apply_answer(c, json::read(result.done()->result_json).value_or(json::Value::object()), tx.now_ms);
            }, [return_url, then](Result<Challenge> decided) {
                if (decided) decided->provider_state = json::Value::object({{"return_url", return_url}});
                then(std::move(decided));
            });
        });
}

}  // namespace turnpike::twofactor
