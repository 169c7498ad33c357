#pragma once

#include "checkout.hpp"

namespace moneris {

/// One transaction of the XML gateway: its name, and its elements in the order Moneris wants.
class Transaction {
  public:
    explicit Transaction(std::string_view name) : name_(name) {}
    Transaction& add(std::string_view element, std::string_view value);
    /// `status_check`: nothing is done, the stored receipt of the same transaction comes back.
    std::string xml(const Store& store, bool status_check) const;

  private:
    std::string name_;
    std::string elements_;
};

/// Never repeated: a second refund is a second refund.
turnpike::Request gateway_call(const Store& store, std::string_view label,
                               const Transaction& transaction);
/// Asks what became of it; may be repeated.
turnpike::Request status_call(const Store& store, std::string_view label,
                              const Transaction& transaction);

/// The receipt of an answer; an empty Json when it is none.
turnpike::Json receipt_of(const turnpike::Op& op, const turnpike::Answer& answer);

/// Complete and a response code below 50.
bool approved(const turnpike::Json& receipt);

/// What a receipt that is not approved, or no answer, amounts to.
turnpike::Error error_of(const turnpike::Answer& answer, const turnpike::Json& receipt);

}  // namespace moneris
