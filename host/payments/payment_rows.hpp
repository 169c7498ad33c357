#pragma once

#include <optional>
#include <string>

#include "host/payments/payment.hpp"
#include "host/store/committer.hpp"

namespace turnpike::payments {

/// Reads of one payment; `refunds_in_flight` is filled.
std::optional<Payment> load_payment(store::Session& db, int64_t seq);
std::optional<Payment> load_payment(store::Session& db, const std::string& id);
std::optional<Payment> load_by_reference(store::Session& db, const std::string& reference);

/// Inserts a new row and sets its seq; from the first one on, the integration's provider, mode and account are fixed.
void insert_payment(store::Tx& tx, Payment& payment);
/// Writes everything that may change but the customer; sets updated_at.
void update_payment(store::Tx& tx, Payment& payment);
/// Apart, because an UPDATE that names the customer rewrites the index over all payments of customers, changed or not.
void assign_customer(store::Tx& tx, Payment& payment, const std::string& customer);

/// A row of a statement that selects kPaymentColumns; refunds_in_flight stays 0.
extern const char* const kPaymentColumns;
Payment read_payment_row(const store::Rows& rows);
Payment read_payment_row(const store::Statement& row);
/// Our accepted refunds that no effect shows yet.
int64_t refunds_in_flight(store::Session& db, int64_t payment_seq);

}  // namespace turnpike::payments
