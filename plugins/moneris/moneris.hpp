#pragma once

#include <string>
#include <vector>

#include "checkout.hpp"
#include "turnpike/observation.hpp"
#include "turnpike/provider.hpp"

namespace moneris {

using turnpike::Next;
using turnpike::Op;
using turnpike::Task;

/// One Moneris store, which has one currency.  Payments are made in Moneris Checkout on our page and read
/// from its receipt; captures and refunds go over the XML gateway.
class Moneris {
  public:
    explicit Moneris(const turnpike::Config& config);

    Task<Next> check_config(Op& op) const;
    Task<Next> create_payment(Op& op) const;
    Task<Next> query_payment(Op& op) const;
    Task<Next> capture_payment(Op& op) const;
    Task<Next> void_payment(Op& op) const;
    Task<Next> create_refund(Op& op) const;
    Task<Next> query_refund(Op& op) const;

  private:
    Store store() const { return {mode_, store_id_, api_token_, checkout_id_}; }
    turnpike::Money amount_of(std::string_view decimal) const;
    turnpike::Observation observe_receipt(const Op& op, const turnpike::Json& response) const;

    turnpike::Mode mode_;
    std::string store_id_;
    std::string api_token_;
    std::string checkout_id_;
    std::string currency_;
};

}  // namespace moneris
