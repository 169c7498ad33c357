#pragma once

#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "host/payments/service.hpp"
#include "host/scripting/kv.hpp"

namespace turnpike::scripting {

/// A telephone number (DID) that a driver allocated, as the store keeps it.
struct Number {
    std::string id, did, integration, mode, status;
    std::optional<std::string> company, customer;
    json::Value data;
    int64_t created_at = 0, updated_at = 0;
};
json::Value number_json(const Number& number);

struct NumberFilter {
    std::string integration, mode, status, after;
};
/// Newest first; `after` is an id.
std::vector<Number> list_numbers(store::Session& db, const NumberFilter& filter, int limit);

/// Numbers through the drivers of the category script.  Any thread.
///
/// In test mode nothing is written: the driver is asked, under its dry-run surroundings, and the answer says what would be
/// done.  In live mode a row stands before the driver is asked; an answer that got lost is looked for in the driver's
/// list, and while that is not to be had the row stays as it is and the same key asks again.
class Numbers {
  public:
    explicit Numbers(const payments::ServiceDeps& deps) : deps_(deps) {}
    void search(const std::string& integration, const std::string& number, ValueThen then);
    /// All the provider holds, beside what is booked here: {provider[], missing_here[], missing_there[]}.
    void compare(const std::string& integration, ValueThen then);
    void allocate(const std::string& integration, const std::string& did, const payments::IdempotencyKey& key, payments::Then then);
    void release(const std::string& integration, const std::string& did, payments::Then then);
    Result<payments::IntegrationPtr> usable(const std::string& id, const std::string& op) const;

  private:
    void ask(payments::IntegrationPtr integration, const char* op, const std::string& op_id, json::Value input, exchange::Completion then);
    void run_allocate(payments::IntegrationPtr integration, Number number, bool again, payments::IdempotencyKey key, payments::Then then);
    void look_up(payments::IntegrationPtr integration, Number number, payments::IdempotencyKey key, payments::Then then, std::function<void()> absent);
    void allocated(Number number, const payments::IdempotencyKey& key, const json::Value& row, payments::Then then);
    void not_allocated(Number number, const payments::IdempotencyKey& key, const Problem& problem, payments::Then then);
    void dry_run(payments::IntegrationPtr integration, const char* op, const std::string& did, payments::Then then);
    void finish(const std::string& id, std::function<payments::Answered(store::Tx&)> work, payments::Then then);
    bool begin(const std::string& did);
    void end(const std::string& did);

    const payments::ServiceDeps& deps_;
    std::mutex mutex_;
    std::set<std::string> running_;
};

}  // namespace turnpike::scripting
