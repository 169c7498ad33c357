#pragma once

#include <functional>
#include <map>
#include <mutex>
#include <set>
#include <string>
#include <vector>

#include "host/payments/service.hpp"
#include "host/twofactor/challenge.hpp"
#include "host/twofactor/own_factor.hpp"

namespace turnpike::twofactor {

/// Who is to be asked, by what.
struct ChallengeRequest {
    std::string integration;  ///< or kOwnFactor
    std::string username;
    std::string owner;        ///< whose tries and codes count together
    std::string factor = "auto", device, passcode;
    std::string ip, site, asked_by;
    std::string return_url;   ///< where a browser goes after the provider's page
    bool guards_production = false;  ///< then a test-mode factor is refused
};

using ChallengeThen = std::function<void(Result<Challenge>)>;
using ValueThen = std::function<void(Result<json::Value>)>;

/// Second factors: asking, waiting, deciding, and being sure that one decision is used once.  While a person looks at a
/// phone nothing of ours waits but a row and, where the provider has long polls, one request of the exchange.
///
/// The fail mode applies to the question whether the provider is there at all, before anybody is asked.  Once a
/// challenge was sent, silence is a no; refused credentials are always a no.
class Challenges {
  public:
    Challenges(const payments::ServiceDeps& deps, Random& random) : deps_(deps), own_(deps.keyring, random) {}

    void create(ChallengeRequest request, ChallengeThen then);
    std::optional<Challenge> find(const std::string& id) const;
    /// Answers when the challenge is decided, at the latest after `wait_ms`.
    void wait(const std::string& id, int64_t wait_ms, ChallengeThen then);
    /// Failures: 422 passcode_wrong, 429 locked_out, 409 challenge_over.
    void passcode(const std::string& id, const std::string& code, ChallengeThen then);
    /// Uses an allowed challenge up.  Failures: 409 challenge_not_allowed, challenge_consumed, challenge_over.
    void consume(const std::string& id, ChallengeThen then);
    /// As consume(), inside the caller's unit.
    void consume_in(store::Tx& tx, const std::string& id) const;
    /// A browser that came back from the provider's page; its token names the challenge.
    void browser_return(const std::string& token, plugins::Inbound inbound, ChallengeThen then);

    /// What the provider knows of somebody, `{devices[], result}`.
    void devices(const std::string& integration, const std::string& username, ValueThen then);
    /// Starts enrolling: the provider's activation, or a fresh TOTP secret of `owner`.
    void enroll(const std::string& integration, const std::string& username, const std::string& owner, ValueThen then);
    /// Whether the person did it; for TOTP `code` is the first code and the answer holds the recovery codes.
    void confirm_enrollment(const std::string& integration, const std::string& owner, const json::Value& what, ValueThen then);

    /// Polls and ends what is due; call several times a second.
    void tick();
    const OwnFactor& own() const { return own_; }
    uint64_t failed_open() const { return failed_open_; }

  private:
    Result<payments::IntegrationPtr> usable(const std::string& id) const;
    void run(payments::IntegrationPtr integration, const std::string& op, const std::string& op_id, json::Value input, int64_t deadline_ms,
             std::optional<plugins::Inbound> inbound, exchange::Completion then);
    void insert(Challenge challenge, ChallengeThen then);
    void create_own(Challenge challenge, std::string code, ChallengeThen then);
    void create_with(payments::IntegrationPtr integration, Challenge challenge, ChallengeRequest request, ChallengeThen then);
    void preauthorized(payments::IntegrationPtr integration, Challenge challenge, ChallengeRequest request, exchange::OperationResult result, ChallengeThen then);
    void start(payments::IntegrationPtr integration, Challenge challenge, const ChallengeRequest& request, ChallengeThen then);
    void provider_failed(const payments::Integration& integration, Challenge& challenge, const exchange::OperationResult& result);
    void try_code(payments::IntegrationPtr integration, const Challenge& challenge, std::string code, ChallengeThen then);
    void tried(const Challenge& challenge, const std::string& code, exchange::OperationResult result, ChallengeThen then);
    void poll(const Challenge& challenge);
    void decide(const std::string& id, std::function<void(store::Tx&, Challenge&)> change, ChallengeThen then);
    void announce(store::Tx& tx, const Challenge& challenge) const;
    void wake(const Challenge& challenge);
    bool code_is_new(store::Tx& tx, const std::string& owner, const std::string& code) const;
    std::string return_token(const std::string& id) const;

    struct Waiter {
        int64_t until_steady_ms;
        ChallengeThen then;
    };
    const payments::ServiceDeps& deps_;
    OwnFactor own_;
    std::atomic<uint64_t> failed_open_{0};
    std::mutex mutex_;
    std::multimap<std::string, Waiter> waiters_;
    std::set<std::string> polling_;
};

/// The challenge ends because the provider failed, with its words for the operator.
void apply_failure(Challenge& challenge, const exchange::OperationResult& result, int64_t now_ms);
/// Takes over what a plugin said of a challenge: `{status, reason?, factor?, state?, verification_code?, next_action?}`.
void apply_answer(Challenge& challenge, const json::Value& answer, int64_t now_ms);

}  // namespace turnpike::twofactor
