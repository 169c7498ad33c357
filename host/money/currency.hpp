#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace turnpike::money {

/// An ISO 4217 alphabetic code that we know the decimals of.  Cheap to copy.
class Currency {
  public:
    Currency() = default;
    /// nullopt for anything but a known upper-case code.
    static std::optional<Currency> of(std::string_view code);

    std::string_view code() const { return {code_, 3}; }
    std::string text() const { return std::string(code()); }
    /// Decimals of the minor unit: USD 2, JPY 0, KWD 3.
    int exponent() const { return exponent_; }

    friend bool operator==(const Currency& a, const Currency& b) { return a.code() == b.code(); }
    friend bool operator<(const Currency& a, const Currency& b) { return a.code() < b.code(); }

  private:
    char code_[4] = "XXX";
    signed char exponent_ = 0;
};

}  // namespace turnpike::money
