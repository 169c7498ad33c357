#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace turnpike::ledger {

/// The hash of one journal row and its entries: SHA-256 over their fields in a fixed text form, fed in the order in
/// which they are stored.
class RowHash {
  public:
    RowHash(int64_t n, int64_t at, std::string_view type, std::string_view payment, std::string_view cause,
            std::string_view currency, std::string_view mode);
    void entry(int64_t role, std::string_view owner, int64_t amount, std::string_view balance_after);
    std::string digest() const;

  private:
    void field(std::string_view text);
    std::string text_;
};

}  // namespace turnpike::ledger
