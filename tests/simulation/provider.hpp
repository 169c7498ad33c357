#pragma once

#include <map>
#include <string>
#include <vector>

#include "host/base/clock.hpp"
#include "host/json/value.hpp"
#include "host/plugins/step.hpp"

namespace turnpike::simulation {

/// What really happened to one payment, whoever knows of it.
struct Sale {
    enum class State { open, paid, declined };
    enum class Dispute { none, open, won, lost };
    struct Refund {
        std::string id, ref;  ///< ours and, when the host asked for it, the host's
        int64_t minor = 0;
    };
    std::string reference, id, integration;
    std::string asked;  ///< the request that made it
    std::string key;  ///< that the charge was made with; empty = the payer paid on a page
    int64_t total = 0;
    State state = State::open;
    Dispute dispute = Dispute::none;
    std::vector<Refund> refunds;
    int64_t changed_ms = 0;

    int64_t refunded() const;
    /// What the payer paid and did not get back.
    int64_t kept() const;
};

/// A message on its way to the host.
struct Message {
    std::string integration, body;
};

/// The simulated provider: its own books are the oracle.  A charge is made once for each idempotency key, as almost everywhere,
/// and the key must come with the same content; refunds know no key, so one that is sent twice is carried out twice.  What a
/// provider would refuse or do twice is one of the `violations`.
class Provider {
  public:
    explicit Provider(const Clock& clock) : clock_(clock) {}

    /// Carries a request out.
    plugins::HttpResponse answer(const plugins::HttpRequest& request);

    /// What payers, banks and the merchant's own staff do there.
    void pay(Sale& sale);
    void decline(Sale& sale);
    void refund_by_hand(Sale& sale, int64_t minor);
    void move_dispute(Sale& sale, bool won);

    std::map<std::string, Sale>& sales() { return sales_; }
    const std::map<std::string, Sale>& sales() const { return sales_; }
    std::vector<Message>& messages() { return messages_; }
    const std::vector<std::string>& violations() const { return violations_; }

  private:
    plugins::HttpResponse create(const json::Value& asked);
    plugins::HttpResponse refund(const json::Value& asked);
    plugins::HttpResponse find_sale(const std::string& reference) const;
    plugins::HttpResponse find_refund(const std::string& ref) const;
    plugins::HttpResponse list(int64_t from_ms, int64_t to_ms) const;
    void tell(Sale& sale);
    std::string next_id(const char* prefix) { return prefix + std::to_string(++last_id_); }

    const Clock& clock_;
    std::map<std::string, Sale> sales_;  ///< by reference
    std::vector<Message> messages_;
    std::vector<std::string> violations_;
    int64_t last_id_ = 0;
};

}  // namespace turnpike::simulation
