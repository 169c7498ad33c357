#pragma once

#include <functional>
#include <mutex>
#include <set>
#include <string>

#include "host/base/ids.hpp"
#include "host/config/keyring.hpp"
#include "host/exchange/exchange.hpp"
#include "host/payments/idempotency.hpp"
#include "host/payments/integration.hpp"
#include "host/payments/operation_input.hpp"
#include "host/payments/payment_rows.hpp"
#include "host/payments/quote.hpp"
#include "host/payments/settle.hpp"
#include "host/payments/unit.hpp"

namespace turnpike::payments {

/// What a finished request answers; the body is the object as it is now.
struct Answered {
    int status = 200;
    json::Value body;
    bool replayed = false;
    bool sent_on = false;  ///< a browser that came back has something to do at the provider
};
using Then = std::function<void(Result<Answered>)>;

/// What a billing developer asks for (contracts.md 3, payment body), already taken apart and of the right types.
struct CreateRequest {
    std::string customer, integration, amount, currency, mode;
    std::string return_url, cancel_url, description, method, locale, quote;
    std::string ip;  ///< the payer's address, if known; only for velocity limits
    bool manual_capture = false;
    json::Value metadata;
    IdempotencyKey key;
};

struct ServiceDeps {
    store::Store& store;
    const Ids& ids;
    Settler& settler;
    exchange::Exchange& exchange;
    Integrations& integrations;
    const config::Keyring& keyring;
    std::function<std::string()> public_url;
    std::function<config::Velocity()> velocity = nullptr;  ///< unset = no limits
};

/// Payments as billing developers, browsers, operators and our own clock act on them.  Every method returns at once;
/// its continuation runs on the committer's or an executor's thread.  No transaction is ever open while a plugin or a
/// provider works.
class PaymentService {
  public:
    explicit PaymentService(ServiceDeps deps) : deps_(std::move(deps)) {}

    void create(const CreateRequest& request, Then then);
    void quote(const std::string& integration, const std::string& currency, const std::string& amount, Then then);
    /// `amount`: decimal text in terms of total; empty = all that is authorized.
    void capture(const std::string& id, const std::string& amount, const IdempotencyKey& key, Then then);
    void cancel(const std::string& id, Then then);
    void refund(const std::string& id, const std::string& amount, const std::string& reason, const IdempotencyKey& key, Then then);
    /// Asks the provider now.
    void refresh(const std::string& id, Then then);

    /// An operator's acts (money.md 9); `actor` goes to audit and timeline.
    void assign(const std::string& id, const std::string& customer, bool remember_payer, const std::string& actor, Then then);
    void release(const std::string& id, const std::string& reason, const std::string& actor, Then then);
    void reject(const std::string& id, const std::string& reason, const std::string& actor, Then then);
    void complete_manually(const std::string& id, const std::string& received, const std::string& reference, const std::string& actor, Then then);

    /// A browser that came back from the provider: completes or queries the payment, once at a time.
    void browser_return(const std::string& id, plugins::Inbound inbound, Then then);
    /// The token in a payment's browser URLs.
    std::string browser_token(const std::string& id) const;

    /// For the background: one query of a payment, one of a refund.
    void check_payment(int64_t seq, std::function<void()> then);
    void check_refund(int64_t seq, std::function<void()> then);
    /// Settles every observation of a result, each in a unit of its own; `then` after the last.
    void settle_all(IntegrationPtr integration, std::vector<Observation> observations, Occasion occasion, std::function<void()> then);

    const ServiceDeps& deps() const { return deps_; }

  private:
    struct Operation {
        IntegrationPtr integration;
        std::string op, input, op_id, key;
        exchange::Priority priority = exchange::Priority::background;
        std::optional<plugins::Inbound> inbound;
        uint32_t attempt = 0;
    };
    void run(Operation operation, exchange::Completion then);
    Result<IntegrationPtr> usable(const std::string& id) const;
    Payment new_payment(const CreateRequest& request, const Integration& integration, const Price& price, int64_t now_ms) const;
    PaymentUrls urls(const Payment& payment, const Integration& integration) const;
    PaymentUrls urls_at(const std::string& base, const Payment& payment, const Integration& integration) const;
    void ask_provider(IntegrationPtr integration, Payment payment, json::Value customer, IdempotencyKey key, uint32_t attempt, Then then);
    void created(IntegrationPtr integration, const Payment& payment, IdempotencyKey key, exchange::OperationResult result, Then then);
    void act(const std::string& id, const std::string& op, json::Value input, const Payment& payment, IdempotencyKey key, Then then);
    void acted(IntegrationPtr integration, const Payment& payment, const std::string& cause, IdempotencyKey key, exchange::OperationResult result, Then then);
    void refund_sent(IntegrationPtr integration, int64_t payment_seq, const std::string& refund_id, IdempotencyKey key, exchange::OperationResult result, Then then);
    void query(IntegrationPtr integration, const Payment& payment, const std::string& op, const std::string& cause, exchange::Priority priority,
               std::optional<plugins::Inbound> inbound, std::function<void(Result<Payment>)> then);
    void operator_act(const std::string& id, const std::string& act, const std::string& actor, std::function<void(store::Tx&, Payment&)> change, Then then);
    bool begin(const std::string& id);
    void end(const std::string& id);

    ServiceDeps deps_;
    std::mutex mutex_;
    std::set<std::string> running_;  ///< payments a provider is being asked about
};

/// Applies what an operation's result says about one payment; call inside a unit.  `next_action` and the like are for
/// create and complete only; `page_url` is where a page of ours is shown.  The payment as it stands then.
Payment apply_result(store::Tx& tx, Settler& settler, const Source& source, const exchange::OperationResult& result, const Occasion& occasion,
                     const Payment& payment, const std::string& page_url = {});
/// Keeps what was said to and by the provider.
void store_transcript(store::Tx& tx, std::optional<int64_t> payment_seq, const std::string& integration, const std::string& op,
                      const exchange::OperationResult& result);

}  // namespace turnpike::payments
