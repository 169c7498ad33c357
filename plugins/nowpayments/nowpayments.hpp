#pragma once

#include <string>
#include <vector>

#include "turnpike/provider.hpp"

namespace nowpayments {

using turnpike::Next;
using turnpike::Op;
using turnpike::Task;

/// How coins are turned into others.
struct Conversion {
    std::string payout_currency;
    std::string payout_address;
    bool fixed_rate = false;
    bool fee_paid_by_user = false;
};

/// One NOWPayments store.  A payment of ours is an invoice on their page, or one payment to an
/// address; coins never enter the books, only what they are worth in the price's currency.
class NowPayments {
  public:
    explicit NowPayments(const turnpike::Config& config);

    Task<Next> check_config(Op& op) const;
    Task<Next> create_payment(Op& op) const;
    Task<Next> complete_payment(Op& op) const;
    Task<Next> query_payment(Op& op) const;
    Task<Next> handle_webhook(Op& op) const;

  private:
    Task<Next> create_invoice(Op& op) const;
    Task<Next> create_deposit(Op& op, std::string coin) const;
    bool allowed(const std::string& coin) const;

    turnpike::Mode mode_;
    std::string api_key_;
    std::vector<std::string> pay_currencies_;
    Conversion conversion_;
};

}  // namespace nowpayments
