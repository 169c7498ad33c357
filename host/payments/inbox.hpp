#pragma once

#include <atomic>
#include <functional>
#include <map>
#include <mutex>
#include <string>

#include "host/payments/service.hpp"

namespace turnpike::payments {

/// Whether the provider vouched for a message: by a signature, or by its answer when it was asked.
bool authentic(const config::WebhookSpec& webhook, const exchange::OperationResult& result);

/// Takes providers' messages (contracts.md 3, architecture.md 9).  What a plugin proves by itself is settled and
/// committed with its bytes and answered then; what needs a call back is committed raw, answered, and worked on after.
class Inbox {
  public:
    Inbox(PaymentService& service, const Clock& clock) : service_(service), clock_(clock) {}

    struct Answer {
        int status = 200;
        std::vector<plugins::Header> headers;
        std::string body;
    };
    /// On a worker; `then` once, from any thread, after what it acknowledges is durable.
    void receive(IntegrationPtr integration, plugins::Inbound message, std::function<void(Answer)> then);
    /// Works on what was committed raw; `then` when this one is done.
    void work_on(int64_t n, std::function<void()> then);

    uint64_t refused() const { return refused_; }
    uint64_t refused_uncounted() const { return uncounted_; }

  private:
    struct Verdict;
    void receive_isolated(IntegrationPtr integration, exchange::OperationCall call, std::function<void(Answer)> then);
    void settle_proven(IntegrationPtr integration, plugins::Inbound message, exchange::OperationResult result, std::function<void(Answer)> then);
    void refuse_message(IntegrationPtr integration, const plugins::Inbound& message, const exchange::OperationResult& result, std::function<void(Answer)> then);
    void store_waiting(IntegrationPtr integration, const plugins::Inbound& message, std::function<void(Answer)> then);
    void finish_waiting(IntegrationPtr integration, int64_t n, exchange::OperationResult result, std::function<void()> then);
    exchange::OperationCall call_for(const Integration& integration, plugins::Inbound message) const;
    bool may_store_refusal(const std::string& integration);
    bool decoy_refuses(const Integration& integration, const exchange::OperationCall& call);
    void ask_decoy(const IntegrationPtr& integration, exchange::OperationCall call, std::function<void(bool)> then);
    void park_poisoned(const IntegrationPtr& integration, const plugins::Inbound& message, const std::string& how, std::function<void(Answer)> then);
    bool count_decoyed(const std::string& integration);
    void quarantine(const Integration& integration);

    PaymentService& service_;
    const Clock& clock_;
    std::atomic<uint64_t> refused_{0};
    std::atomic<uint64_t> uncounted_{0};
    std::mutex mutex_;
    struct Bucket {
        int64_t tokens = 60;
        int64_t refilled_ms = 0;
    };
    std::map<std::string, Bucket> refusals_;
    std::map<std::string, int> decoyed_;  ///< accepted messages of an integration that its decoy was shown
};

}  // namespace turnpike::payments
