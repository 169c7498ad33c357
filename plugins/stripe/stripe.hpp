#pragma once

#include <string>
#include <vector>

#include "turnpike/provider.hpp"

namespace stripe {

using turnpike::Next;
using turnpike::Op;
using turnpike::Task;

/// One Stripe account in one mode.  Payments are hosted Checkout Sessions for cards, or
/// PaymentIntents paid by Stripe.js; the books follow the PaymentIntent, whose id every later object
/// carries.
class Stripe {
  public:
    explicit Stripe(const turnpike::Config& config);

    Task<Next> check_config(Op& op) const;
    Task<Next> create_payment(Op& op) const;
    Task<Next> query_payment(Op& op) const;
    Task<Next> capture_payment(Op& op) const;
    Task<Next> void_payment(Op& op) const;
    Task<Next> create_refund(Op& op) const;
    Task<Next> query_refund(Op& op) const;
    Task<Next> query_dispute(Op& op) const;
    Task<Next> list_transactions(Op& op) const;
    Task<Next> handle_webhook(Op& op) const;
    Task<Next> register_webhook(Op& op) const;

  private:
    turnpike::Mode mode_;
    std::vector<std::string> currencies_;
    std::string public_key_;
    std::string private_key_;
    bool embedded_;
};

}  // namespace stripe
