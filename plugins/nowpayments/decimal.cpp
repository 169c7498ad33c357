#include "decimal.hpp"

#include <algorithm>
#include <charconv>

namespace nowpayments {
namespace {

__extension__ using Wide = unsigned __int128;

constexpr int kPlacesMax = 18;
constexpr Wide kUnitsMax = Wide{1} << 126;

/// The exponent after 'e'; nothing when it is malformed or absurd.
std::optional<int> exponent_of(std::string_view text) {
    if (!text.empty() && text.front() == '+') text.remove_prefix(1);
    int out = 0;
    const auto [end, failed] = std::from_chars(text.data(), text.data() + text.size(), out);
    const bool whole = failed == std::errc() && end == text.data() + text.size();
    if (!whole || out < -60 || out > 60) return std::nullopt;
    return out;
}

bool append_digits(std::string& digits, std::string_view part) {
    if (part.find_first_not_of("0123456789") != std::string_view::npos) return false;
    digits += part;
    return true;
}

}  // namespace

std::optional<Decimal> Decimal::read(std::string_view text) {
    int exponent = 0;
    if (const size_t e = text.find_first_of("eE"); e != std::string_view::npos) {
        const auto given = exponent_of(text.substr(e + 1));
        if (!given) return std::nullopt;
        exponent = *given;
        text = text.substr(0, e);
    }
    const size_t dot = text.find('.');
    std::string digits;
    const bool cut = dot != std::string_view::npos;
    if (text.empty() || dot == 0 || (cut && dot + 1 == text.size())) return std::nullopt;
    if (!append_digits(digits, text.substr(0, dot))) return std::nullopt;
    if (cut && !append_digits(digits, text.substr(dot + 1))) return std::nullopt;
    int places = (cut ? static_cast<int>(text.size() - dot - 1) : 0) - exponent;
    while (places > 0 && digits.size() > 1 && digits.back() == '0') {
        digits.pop_back();
        --places;
    }
    for (; places < 0; ++places) digits += '0';
    if (places > kPlacesMax) return std::nullopt;
    Wide units = 0;
    for (const char c : digits) {
        if (units > kUnitsMax / 10) return std::nullopt;
        units = units * 10 + static_cast<Wide>(c - '0');
    }
    return Decimal(units, places);
}

std::optional<Wide> Decimal::at_places(int places) const {
    Wide out = units_;
    for (int i = places_; i < places; ++i) {
        if (out > kUnitsMax / 10) return std::nullopt;
        out *= 10;
    }
    return out;
}

bool operator<(const Decimal& a, const Decimal& b) {
    const int places = std::max(a.places_, b.places_);
    const auto left = a.at_places(places);
    const auto right = b.at_places(places);
    // What does not fit is larger than what does.
    if (!left || !right) return left.has_value();
    return *left < *right;
}

Decimal Decimal::plus(const Decimal& other) const {
    const int places = std::max(places_, other.places_);
    return {at_places(places).value_or(kUnitsMax) + other.at_places(places).value_or(kUnitsMax),
            places};
}

// The amount's bits are worked off one by one, so that no product is ever larger than twice the
// whole: sum = (2 x sum + bit x part), kept as a quotient and a remainder of `whole`.
std::optional<int64_t> Decimal::share(int64_t amount, const Decimal& part, const Decimal& whole) {
    const int places = std::max(part.places_, whole.places_);
    const auto over = part.at_places(places);
    const auto under = whole.at_places(places);
    if (!over || !under || *under == 0 || amount < 0) return std::nullopt;
    const Wide step_whole = *over / *under;
    const Wide step_rest = *over % *under;
    Wide quotient = 0;
    Wide rest = 0;
    for (int bit = 62; bit >= 0; --bit) {
        quotient *= 2;
        rest *= 2;
        if ((static_cast<uint64_t>(amount) >> bit) & 1u) {
            quotient += step_whole;
            rest += step_rest;
        }
        quotient += rest / *under;
        rest %= *under;
        if (quotient > (Wide{1} << 62)) return std::nullopt;
    }
    if (rest >= *under - rest) ++quotient;
    return static_cast<int64_t>(quotient);
}

}  // namespace nowpayments
