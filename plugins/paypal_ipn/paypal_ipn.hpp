#pragma once

#include <string>
#include <vector>

#include "../paypal_common/ipn.hpp"

namespace paypal_ipn {

using turnpike::Next;
using turnpike::Op;
using turnpike::Task;

/// Money that arrives at a PayPal account without our asking: Send Money and Mass Pay, as PayPal
/// notifies the account.  It only receives.
class PayPalIpn {
  public:
    explicit PayPalIpn(const turnpike::Config& config);

    Task<Next> check_config(Op& op) const;
    Task<Next> handle_webhook(Op& op) const;

  private:
    /// The address of ours that the money went to, of those the message names; else the first one.
    std::string_view receiver_among(std::initializer_list<std::string_view> named) const;
    bool is_ours(std::string_view address) const;
    bool takes(std::string_view payment_type) const;
    void add_message(turnpike::Observations& out, const turnpike::Json& fields, int64_t now) const;
    void add_mass_pay(turnpike::Observations& out, const turnpike::Json& fields, int64_t now) const;

    turnpike::Mode mode_;
    std::vector<std::string> receivers_;
    std::vector<std::string> payment_types_;
    bool verify_;
};

}  // namespace paypal_ipn
