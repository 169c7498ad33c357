#pragma once

#include <string>
#include <vector>

#include "api.hpp"
#include "turnpike/observation.hpp"
#include "turnpike/provider.hpp"

namespace emetec {

using turnpike::Next;
using turnpike::Op;
using turnpike::Task;

/// One entity of a gateway on ACI's Open Payment Platform, which Emetec's one public integration shows it to
/// be.  A payment of ours is a checkout; the books follow the payments made on it.
class Emetec {
  public:
    explicit Emetec(const turnpike::Config& config);

    Task<Next> check_config(Op& op) const;
    Task<Next> create_payment(Op& op) const;
    Task<Next> complete_payment(Op& op) const;
    Task<Next> query_payment(Op& op) const;
    Task<Next> capture_payment(Op& op) const;
    Task<Next> void_payment(Op& op) const;
    Task<Next> create_refund(Op& op) const;
    Task<Next> query_refund(Op& op) const;
    Task<Next> handle_webhook(Op& op) const;

  private:
    Gateway gateway() const { return {host_, entity_id_, access_token_}; }
    Task<Next> captured_if_wanted(Op& op, turnpike::Json payment) const;

    turnpike::Mode mode_;
    std::vector<std::string> currencies_;
    std::string host_;
    std::string entity_id_;
    std::string access_token_;
    std::string payment_type_;
    std::string brands_;
};

}  // namespace emetec
