#pragma once

#include <string>
#include <vector>

#include "turnpike/provider.hpp"

namespace paystack {

using turnpike::Next;
using turnpike::Op;
using turnpike::Task;

/// One Paystack integration in one mode.  A payment of ours is a transaction; its reference is the
/// name every source knows it by, and so the id of its capture.
class Paystack {
  public:
    explicit Paystack(const turnpike::Config& config);

    Task<Next> check_config(Op& op) const;
    Task<Next> create_payment(Op& op) const;
    Task<Next> query_payment(Op& op) const;
    Task<Next> create_refund(Op& op) const;
    Task<Next> query_refund(Op& op) const;
    Task<Next> list_transactions(Op& op) const;
    Task<Next> handle_webhook(Op& op) const;

  private:
    turnpike::Mode mode_;
    std::vector<std::string> currencies_;
    std::string public_key_;
    std::string private_key_;
    std::vector<std::string> channels_;
    std::string email_domain_;
};

}  // namespace paystack
