#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "host/store/session.hpp"

namespace turnpike::ledger {

struct Finding {
    std::string what;  ///< row_changed, row_missing, sum, chain, cut_off, balance
    int64_t n = 0;     ///< journal row or seal
    std::string detail;
};

struct Report {
    int64_t rows = 0;
    int64_t entries = 0;
    int64_t seals = 0;
    std::string head;  ///< "<n>:<hex>" of the newest seal
    std::vector<Finding> findings;
};

/// Recomputes every row's hash, every zero sum, every customer's running balance and the chain, in one pass over the
/// journal.  `expected_head`: a head noted earlier; it must lie on the chain, else the books were cut or rewritten.
Report verify(store::Session& db, const std::optional<std::string>& expected_head = std::nullopt);

}  // namespace turnpike::ledger
