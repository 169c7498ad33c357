#include "host/money/amount.hpp"

#include <stdexcept>

namespace turnpike::money {
namespace {

using Wide = __int128;

int64_t narrowed(Wide v) {
    if (v > INT64_MAX || v < INT64_MIN) throw std::overflow_error("an amount beyond 2^63 minor units");
    return static_cast<int64_t>(v);
}

Wide divided_half_up(Wide numerator, Wide denominator) {
    const bool negative = numerator < 0;
    const Wide magnitude = negative ? -numerator : numerator;
    const Wide rounded = (magnitude * 2 + denominator) / (denominator * 2);
    return negative ? -rounded : rounded;
}

Wide power_of_ten(int exponent) {
    Wide out = 1;
    for (int i = 0; i < exponent; ++i) out *= 10;
    return out;
}

bool all_digits(std::string_view s) {
    for (char c : s) {
        if (c < '0' || c > '9') return false;
    }
    return !s.empty();
}

/// A plain decimal as digits and a scale: "2.90" is 290 and 2.
struct Decimal {
    Wide digits = 0;
    int scale = 0;
};

std::optional<Decimal> decimal_of(std::string_view text, size_t whole_max, size_t fraction_max) {
    const size_t dot = text.find('.');
    const std::string_view whole = text.substr(0, dot);
    const std::string_view fraction = dot == text.npos ? std::string_view() : text.substr(dot + 1);
    if (!all_digits(whole) || whole.size() > whole_max) return std::nullopt;
    if (dot != text.npos && (!all_digits(fraction) || fraction.size() > fraction_max)) return std::nullopt;
    Decimal out;
    for (char c : whole) out.digits = out.digits * 10 + (c - '0');
    for (char c : fraction) out.digits = out.digits * 10 + (c - '0');
    out.scale = static_cast<int>(fraction.size());
    return out;
}

Failure invalid_amount(std::string detail) { return failure(422, "amount_invalid", std::move(detail)); }

}  // namespace

int64_t add(int64_t a, int64_t b) { return narrowed(Wide(a) + b); }
int64_t subtract(int64_t a, int64_t b) { return narrowed(Wide(a) - b); }

int64_t multiply_ratio(int64_t a, int64_t numerator, int64_t denominator) {
    return narrowed(divided_half_up(Wide(a) * numerator, denominator));
}

Result<Amount> parse_amount(std::string_view text, Currency currency) {
    const auto decimal = decimal_of(text, 15, 15);
    if (!decimal) {
        return invalid_amount("an amount is a plain decimal such as \"10.00\": digits, at most one point, no sign");
    }
    if (decimal->scale > currency.exponent()) {
        return invalid_amount(currency.text() + " has " + std::to_string(currency.exponent()) + " decimals");
    }
    const Wide minor = decimal->digits * power_of_ten(currency.exponent() - decimal->scale);
    if (minor > INT64_MAX) return invalid_amount("the amount is too large");
    return Amount{static_cast<int64_t>(minor), currency};
}

Result<Amount> parse_positive_amount(std::string_view text, Currency currency) {
    auto amount = parse_amount(text, currency);
    if (amount && amount->minor == 0) return invalid_amount("an amount must be greater than 0");
    return amount;
}

std::string format(int64_t minor, Currency currency) {
    const bool negative = minor < 0;
    std::string digits = std::to_string(negative ? Wide(-Wide(minor)) > INT64_MAX ? uint64_t(1) << 63
                                                                                   : uint64_t(-minor)
                                                 : uint64_t(minor));
    const auto decimals = static_cast<size_t>(currency.exponent());
    if (decimals > 0) {
        if (digits.size() <= decimals) digits.insert(0, decimals + 1 - digits.size(), '0');
        digits.insert(digits.size() - decimals, 1, '.');
    }
    return negative ? "-" + digits : digits;
}

std::optional<int64_t> rescale(std::string_view minor_digits, int exponent, Currency currency) {
    const bool negative = !minor_digits.empty() && minor_digits[0] == '-';
    if (negative) minor_digits.remove_prefix(1);
    if (!all_digits(minor_digits) || minor_digits.size() > 30 || exponent < 0 || exponent > 18) return std::nullopt;
    if (minor_digits.size() > 1 && minor_digits[0] == '0') return std::nullopt;
    Wide value = 0;
    for (char c : minor_digits) value = value * 10 + (c - '0');
    if (exponent > currency.exponent()) {
        const Wide factor = power_of_ten(exponent - currency.exponent());
        if (value % factor != 0) return std::nullopt;
        value /= factor;
    } else {
        if (value > INT64_MAX) return std::nullopt;
        value *= power_of_ten(currency.exponent() - exponent);
    }
    if (value > INT64_MAX) return std::nullopt;
    return static_cast<int64_t>(negative ? -value : value);
}

std::optional<Percent> parse_percent(std::string_view text) {
    const auto decimal = decimal_of(text, 3, 4);
    if (!decimal) return std::nullopt;
    const auto e4 = static_cast<int64_t>(decimal->digits * power_of_ten(4 - decimal->scale));
    if (e4 > 100 * 10000) return std::nullopt;
    return Percent{e4};
}

std::string format(Percent p) {
    std::string fraction = std::to_string(p.e4 % 10000);
    fraction.insert(0, 4 - fraction.size(), '0');
    while (!fraction.empty() && fraction.back() == '0') fraction.pop_back();
    const std::string whole = std::to_string(p.e4 / 10000);
    return fraction.empty() ? whole : whole + "." + fraction;
}

int64_t surcharge(int64_t amount_minor, int64_t fixed_minor, Percent percent, int64_t step_minor) {
    // Everything in units of 1/1,000,000 minor so that the sum is rounded once.
    const Wide exact = Wide(fixed_minor) * 1000000 + Wide(amount_minor) * percent.e4;
    return narrowed(divided_half_up(exact, Wide(1000000) * step_minor) * step_minor);
}

int64_t surcharge_part(int64_t surcharge_minor, int64_t captured_minor, int64_t total_minor) {
    return multiply_ratio(surcharge_minor, captured_minor, total_minor);
}

std::optional<int64_t> convert_by_rate(const Amount& fee, std::string_view rate, Currency to) {
    const auto decimal = decimal_of(rate, 12, 14);
    if (!decimal || decimal->digits == 0) return std::nullopt;
    // to_minor = fee_minor / 10^from_exp / (digits / 10^scale) * 10^to_exp
    const Wide numerator = Wide(fee.minor) * power_of_ten(decimal->scale + to.exponent());
    const Wide denominator = decimal->digits * power_of_ten(fee.currency.exponent());
    return narrowed(divided_half_up(numerator, denominator));
}

}  // namespace turnpike::money
