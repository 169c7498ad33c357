#pragma once

#include <charconv>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "turnpike/json.hpp"
#include "turnpike/json_writer.hpp"

namespace turnpike {

/// An amount as it crosses the border: an integer of minor units, as digits, and what they are
/// units of. 10.99 USD is {"minor":"1099","exponent":2,"currency":"USD"}.  A plugin reports the
/// exponent of the digits it read ("10.9" has 1); the host rescales exactly or refuses.
class Money {
  public:
    Money(int64_t minor, int exponent, std::string_view currency)
        : digits_(std::to_string(minor)), exponent_(exponent), currency_(upper(currency)) {}

    /// From "-10.99" as providers write it; nothing when it is not such a number.
    static std::optional<Money> from_decimal(std::string_view text, std::string_view currency) {
        const bool negative = !text.empty() && text[0] == '-';
        if (negative) text.remove_prefix(1);
        const size_t dot = text.find('.');
        const std::string_view whole = text.substr(0, dot);
        const std::string_view part = dot == std::string_view::npos ? "" : text.substr(dot + 1);
        if (whole.empty() || (dot != std::string_view::npos && part.empty()) || part.size() > 18)
            return {};
        std::string digits(whole);
        digits += part;
        if (digits.find_first_not_of("0123456789") != std::string::npos) return {};
        return from_digits(negative, digits, static_cast<int>(part.size()), currency);
    }

    /// A Money object of an operation's input.  Throws Error(input) when it is not one.
    static Money read(const Json& json) {
        const std::string_view minor = json["minor"].text();
        const auto exponent = json["exponent"].integer();
        const bool negative = !minor.empty() && minor[0] == '-';
        const std::string_view digits = negative ? minor.substr(1) : minor;
        const bool plain = digits.find_first_not_of("0123456789") == std::string_view::npos;
        std::optional<Money> out;
        if (plain && exponent && *exponent >= 0 && *exponent <= 18) {
            out =
                from_digits(negative, digits, static_cast<int>(*exponent), json["currency"].text());
        }
        if (!out)
            throw Error(ErrorKind::input, "An amount of the input is not a Money object.")
                .no_effect();
        return *out;
    }

    /// Digits of minor units, "-" first when negative.
    const std::string& digits() const { return digits_; }
    int exponent() const { return exponent_; }
    /// ISO 4217 in upper case, or the name of a crypto asset.
    const std::string& currency() const { return currency_; }
    bool negative() const { return digits_[0] == '-'; }
    bool zero() const { return digits_ == "0"; }

    /// Minor units as a number.  Throws Error(input) when they need more than 63 bits (crypto may).
    int64_t minor() const {
        int64_t out = 0;
        const char* end = digits_.data() + digits_.size();
        if (std::from_chars(digits_.data(), end, out).ec != std::errc()) {
            throw Error(ErrorKind::input, "The amount is too large for this provider.").no_effect();
        }
        return out;
    }

    /// "10.99": exactly as many decimals as the exponent says.
    std::string decimal() const {
        std::string out = negative() ? digits_.substr(1) : digits_;
        const auto places = static_cast<size_t>(exponent_);
        if (out.size() <= places) out.insert(0, places + 1 - out.size(), '0');
        if (places > 0) out.insert(out.size() - places, 1, '.');
        return negative() ? '-' + out : out;
    }

    /// The same amount in another exponent; nothing when that would lose digits.
    std::optional<Money> rescaled(int exponent) const {
        Money out = *this;
        for (; out.exponent_ < exponent; ++out.exponent_) {
            if (!zero()) out.digits_ += '0';
        }
        for (; out.exponent_ > exponent; --out.exponent_) {
            if (out.digits_ == "0") continue;
            if (out.digits_.size() < 2 || out.digits_.back() != '0') return std::nullopt;
            out.digits_.pop_back();
        }
        return out;
    }

    /// The amount without its sign.
    Money absolute() const {
        Money out = *this;
        if (negative()) out.digits_.erase(0, 1);
        return out;
    }

    JsonObject json() const {
        return JsonObject()
            .set("minor", digits_)
            .set("exponent", exponent_)
            .set("currency", currency_);
    }

    friend bool operator==(const Money&, const Money&) = default;

  private:
    static std::optional<Money> from_digits(bool negative, std::string_view digits, int exponent,
                                            std::string_view currency) {
        if (digits.empty() || currency.empty()) return {};
        while (digits.size() > 1 && digits[0] == '0') digits.remove_prefix(1);
        if (digits.size() > 38) return {};
        Money out(0, exponent, currency);
        out.digits_ = (negative && digits != "0" ? "-" : "") + std::string(digits);
        return out;
    }

    std::string digits_;
    int exponent_;
    std::string currency_;
};

}  // namespace turnpike
