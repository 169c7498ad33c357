#pragma once

#include <string>
#include <vector>

#include "nvp.hpp"
#include "turnpike/provider.hpp"

namespace paypal_express {

using turnpike::Next;
using turnpike::Op;
using turnpike::Task;

/// Express Checkout over PayPal's classic NVP interface.  A payment of ours is a token until the payer
/// approved it; then one transaction, whose id is the capture's.
class PayPalExpress {
  public:
    explicit PayPalExpress(const turnpike::Config& config);

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
    Account account() const { return {mode_, username_, password_, signature_}; }

    turnpike::Mode mode_;
    std::string username_;
    std::string password_;
    std::string signature_;
    std::string email_;
    std::string brand_;
};

}  // namespace paypal_express
