#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "host/base/result.hpp"
#include "host/money/currency.hpp"

namespace turnpike::money {

/// Signed minor units of one currency.  Arithmetic traps on overflow by throwing std::overflow_error: 2^63 cents do
/// not exist, so it can only be a defect.
struct Amount {
    int64_t minor = 0;
    Currency currency;

    friend bool operator==(const Amount& a, const Amount& b) {
        return a.minor == b.minor && a.currency == b.currency;
    }
};

int64_t add(int64_t a, int64_t b);
int64_t subtract(int64_t a, int64_t b);
/// round half up (away from zero) of a * numerator / denominator; both factors >= 0, denominator > 0.
int64_t multiply_ratio(int64_t a, int64_t numerator, int64_t denominator);

/// Reads `^[0-9]{1,15}(\.[0-9]+)?$` with at most the currency's decimals (money.md 1).
/// Failure: 422 amount_invalid.
Result<Amount> parse_amount(std::string_view text, Currency currency);
/// As parse_amount, and greater than 0.
Result<Amount> parse_positive_amount(std::string_view text, Currency currency);
/// Exactly the currency's decimals: "10.00", "-3.20", "500" (JPY).
std::string format(int64_t minor, Currency currency);
inline std::string format(const Amount& a) { return format(a.minor, a.currency); }

/// Money as it crosses the plugin border: {"minor":"1099","exponent":2,"currency":"USD"}.
/// Rescales exactly to the currency's own exponent; nullopt when that is impossible.
std::optional<int64_t> rescale(std::string_view minor_digits, int exponent, Currency currency);

/// A percentage with up to 4 decimals, held as ten-thousandths of a percent: "2.9" is 29000.
struct Percent {
    int64_t e4 = 0;
    friend bool operator==(Percent a, Percent b) { return a.e4 == b.e4; }
};
/// 0 to 100 with up to 4 decimals, else nullopt.
std::optional<Percent> parse_percent(std::string_view text);
std::string format(Percent p);

/// fixed + percent of amount, rounded half up once to a multiple of step (money.md 2).  step_minor >= 1.
int64_t surcharge(int64_t amount_minor, int64_t fixed_minor, Percent percent, int64_t step_minor);

/// The surcharge's part of a partial capture: round half up(surcharge x captured / total); total > 0.
int64_t surcharge_part(int64_t surcharge_minor, int64_t captured_minor, int64_t total_minor);

/// fee / rate, or null when the rate is no positive decimal.  rate: fee-currency units for one unit of `to`
/// (Stripe's exchange_rate); exponents may differ.  Rounded half up.
std::optional<int64_t> convert_by_rate(const Amount& fee, std::string_view rate, Currency to);

}  // namespace turnpike::money
