#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace nowpayments {

/// A quantity of a coin: an exact decimal of at most 18 places and 38 digits.  Never a double: the
/// sender writes 1e-7 and 1555.3856, and both mean exactly that.
class Decimal {
  public:
    /// From "170", "0.17061637" or "1.5e-8"; nothing when it is no such number or needs more room.
    static std::optional<Decimal> read(std::string_view text);

    bool zero() const { return units_ == 0; }
    friend bool operator<(const Decimal& a, const Decimal& b);
    friend bool operator==(const Decimal& a, const Decimal& b) { return !(a < b) && !(b < a); }
    Decimal plus(const Decimal& other) const;

    /// amount x part / whole, rounded half up; nothing when `whole` is zero or the result does not
    /// fit.
    static std::optional<int64_t> share(int64_t amount, const Decimal& part, const Decimal& whole);

  private:
    __extension__ using Wide = unsigned __int128;
    Decimal(Wide units, int places) : units_(units), places_(places) {}
    /// The same in more places; nothing when it does not fit.
    std::optional<Wide> at_places(int places) const;

    Wide units_;
    int places_;
};

}  // namespace nowpayments
