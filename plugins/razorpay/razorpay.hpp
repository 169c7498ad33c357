#pragma once

#include <string>
#include <vector>

#include "turnpike/provider.hpp"

namespace razorpay {

using turnpike::Next;
using turnpike::Op;
using turnpike::Task;

/// One Razorpay account in one mode.  A payment of ours is an order; the payer pays it in Razorpay's
/// Checkout, and the books follow the payments (pay_) made on the order.
class Razorpay {
  public:
    explicit Razorpay(const turnpike::Config& config);

    Task<Next> check_config(Op& op) const;
    Task<Next> create_payment(Op& op) const;
    Task<Next> complete_payment(Op& op) const;
    Task<Next> query_payment(Op& op) const;
    Task<Next> capture_payment(Op& op) const;
    Task<Next> void_payment(Op& op) const;
    Task<Next> create_refund(Op& op) const;
    Task<Next> query_refund(Op& op) const;
    Task<Next> list_transactions(Op& op) const;
    Task<Next> handle_webhook(Op& op) const;

  private:
    turnpike::Mode mode_;
    std::string key_id_;
    std::string key_secret_;
    std::string company_;
};

}  // namespace razorpay
