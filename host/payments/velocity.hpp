#pragma once

#include <string>

#include "host/config/config.hpp"
#include "host/config/keyring.hpp"
#include "host/payments/payment.hpp"
#include "host/store/committer.hpp"

namespace turnpike::payments {

/// Where a payer asks from: an IPv4 address or an IPv6 /64, as a keyed hash (no address is kept); empty for what is no address.
std::string network_of(const std::string& ip, const config::Keyring& keyring);

/// Refuses (429 velocity) a payment of a customer or a network that had too many failures in the last hour, or one with which
/// the customer would pass what may be asked for in a day.  In the payment's own transaction, before its row.
void check_velocity(store::Tx& tx, const config::Velocity& limits, const Payment& payment, const std::string& network);

/// Remembers for a day where a payment was asked for from; nothing when the network is empty.
void note_network(store::Tx& tx, const std::string& network, int64_t payment_seq);
void forget_networks(store::Tx& tx);

}  // namespace turnpike::payments
