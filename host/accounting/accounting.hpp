#pragma once

#include <functional>
#include <set>
#include <mutex>
#include <string>

#include "host/accounting/document.hpp"
#include "host/payments/service.hpp"

namespace turnpike::accounting {

/// A document to be booked, already taken apart.
struct Asked {
    std::string kind;         ///< "invoice"
    std::string op;           ///< "accounting.invoice.create/1"
    std::string integration;
    std::optional<std::string> customer, payment;
    json::Value input;        ///< what the plugin is given
    payments::IdempotencyKey key;
};

/// The books of one organisation for a time, held against ours: each payment stands in exactly one of the four lists.
struct Period {
    std::string integration;
    int64_t from_ms = 0, to_ms = 0;
};
using ValueThen = std::function<void(Result<json::Value>)>;

/// Books documents at accounting providers.  A document is a row before the provider is asked; without an answer it
/// stays pending, and the same Idempotency-Key asks again, which finds what an earlier try booked.  Any thread.
class Accounting {
  public:
    explicit Accounting(const payments::ServiceDeps& deps) : deps_(deps) {}

    /// Failures: 409 already_booked (the payment has one), idempotency_in_progress; what the provider refuses.
    void create(Asked asked, payments::Then then);
    /// The document as the provider has it now.
    void refresh(const std::string& id, payments::Then then);
    /// {matched[], different[], missing_in_books[], missing_in_journal[]}.
    void reconcile(const Period& period, ValueThen then);
    /// Failure: 422 unknown_integration, integration_disabled, unsupported_operation; 503 integration_unavailable.
    Result<payments::IntegrationPtr> usable(const std::string& id, const std::string& op) const;
    const payments::ServiceDeps& deps() const { return deps_; }

  private:
    void ask(payments::IntegrationPtr integration, Document document, const Asked& asked, uint32_t attempt, payments::Then then);
    void answered(Document document, const payments::IdempotencyKey& key, exchange::OperationResult result, payments::Then then);
    void list(payments::IntegrationPtr integration, Period period, std::string cursor, std::shared_ptr<json::Array> found, ValueThen then);
    bool begin(const std::string& id);
    void end(const std::string& id);

    const payments::ServiceDeps& deps_;
    std::mutex mutex_;
    std::set<std::string> running_;
};

/// What an invoice of a payment says: its lines, the payment that paid it, and the fee where one is known in its currency.
json::Value invoice_of(const payments::Payment& payment, const json::Value& customer, const std::string& payee);

}  // namespace turnpike::accounting
