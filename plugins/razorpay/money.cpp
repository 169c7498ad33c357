#include "money.hpp"

#include <algorithm>
#include <iterator>

namespace razorpay {
namespace {

constexpr std::string_view kNoDecimals[] = {"BIF", "CLP", "DJF", "GNF", "ISK", "JPY", "KMF", "KRW",
                                            "PYG", "RWF", "UGX", "VND", "VUV", "XAF", "XOF", "XPF"};
constexpr std::string_view kThreeDecimals[] = {"BHD", "IQD", "JOD", "KWD", "OMR", "TND"};
constexpr int kRateDecimals = 10;

bool is_in(const auto& list, std::string_view code) {
    return std::find(std::begin(list), std::end(list), code) != std::end(list);
}

int decimals_of(std::string_view currency) {
    if (is_in(kNoDecimals, currency)) return 0;
    return is_in(kThreeDecimals, currency) ? 3 : 2;
}

__int128 power_of_ten(int exponent) {
    __int128 out = 1;
    for (int i = 0; i < exponent; ++i) out *= 10;
    return out;
}

}  // namespace

turnpike::Money from_wire(int64_t amount, std::string_view currency) {
    const std::string code = turnpike::upper(currency);
    return {amount, decimals_of(code), code};
}

int64_t to_wire(const turnpike::Money& money) {
    const int decimals = decimals_of(money.currency());
    const auto scaled = money.rescaled(decimals);
    if (!scaled || (decimals == 3 && scaled->minor() % 10 != 0)) {
        throw turnpike::Error(
            turnpike::ErrorKind::input,
            "Razorpay cannot charge this amount of " + money.currency() + " exactly.")
            .field("/amount")
            .no_effect();
    }
    return scaled->minor();
}

std::string rate_text(const turnpike::Money& base, const turnpike::Money& paid) {
    if (paid.zero()) return {};
    const __int128 over = __int128{base.minor()} * power_of_ten(kRateDecimals + paid.exponent());
    const __int128 under = __int128{paid.minor()} * power_of_ten(base.exponent());
    const __int128 rounded = (over + under / 2) / under;
    return turnpike::Money(static_cast<int64_t>(rounded), kRateDecimals, "XXX").decimal();
}

}  // namespace razorpay
