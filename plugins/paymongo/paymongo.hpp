#pragma once

#include <string>
#include <vector>

#include "turnpike/provider.hpp"

namespace paymongo {

using turnpike::Next;
using turnpike::Op;
using turnpike::Task;

/// One PayMongo account in one mode; pesos only.  A payment of ours is a checkout session, or a link
/// where the payer pays over a counter; the books follow the payments (pay_) made through it.
class PayMongo {
  public:
    explicit PayMongo(const turnpike::Config& config);

    Task<Next> check_config(Op& op) const;
    Task<Next> create_payment(Op& op) const;
    Task<Next> query_payment(Op& op) const;
    Task<Next> void_payment(Op& op) const;
    Task<Next> create_refund(Op& op) const;
    Task<Next> query_refund(Op& op) const;
    Task<Next> list_transactions(Op& op) const;
    Task<Next> handle_webhook(Op& op) const;
    Task<Next> register_webhook(Op& op) const;

  private:
    turnpike::Mode mode_;
    std::string public_key_;
    std::string private_key_;
    std::vector<std::string> methods_;
    int64_t replay_window_ms_;
};

}  // namespace paymongo
