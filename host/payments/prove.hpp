#pragma once

#include <functional>

#include "host/exchange/exchange.hpp"
#include "host/payments/integration.hpp"
#include "host/store/store.hpp"

namespace turnpike::payments {

/// Compares our effects with the provider's own list over a window (money.md 11).
/// {ours_only, theirs_only, amount_differs, fee_differs, not_checkable}, each a list. In `not_checkable`, `unread` says
/// that a list exists and could not be had now; without it the provider has none, and asking again changes nothing.
struct ProveWindow {
    int64_t from_ms = 0;
    int64_t to_ms = 0;
};
json::Value prove(store::Store& store, exchange::Exchange& exchange, const Integrations& integrations, ProveWindow window);
/// Whether a result shows any difference.
bool proves_equal(const json::Value& result);
/// The integrations whose list exists and could not be read: of them nothing is proven.
std::vector<std::string> unread_lists(const json::Value& result);

}  // namespace turnpike::payments
