#include "money.hpp"

#include <algorithm>
#include <iterator>

namespace stripe {
namespace {

constexpr std::string_view kZeroDecimal[] = {"BIF", "CLP", "DJF", "GNF", "JPY", "KMF", "KRW", "MGA",
                                             "PYG", "RWF", "VND", "VUV", "XAF", "XOF", "XPF"};
constexpr std::string_view kThreeDecimal[] = {"BHD", "JOD", "KWD", "OMR", "TND"};

bool contains(const auto& list, std::string_view code) {
    return std::find(std::begin(list), std::end(list), code) != std::end(list);
}

}  // namespace

int wire_exponent(std::string_view currency) {
    const std::string code = turnpike::upper(currency);
    if (contains(kZeroDecimal, code)) return 0;
    return contains(kThreeDecimal, code) ? 3 : 2;
}

turnpike::Money from_wire(int64_t amount, std::string_view currency) {
    return {amount, wire_exponent(currency), currency};
}

int64_t to_wire(const turnpike::Money& money) {
    const int exponent = wire_exponent(money.currency());
    const auto scaled = money.rescaled(exponent);
    // The third decimal exists on the wire only: cards settle in tens of it.
    if (!scaled || (exponent == 3 && scaled->minor() % 10 != 0)) {
        throw turnpike::Error(turnpike::ErrorKind::input, "Stripe cannot charge this amount of " +
                                                              money.currency() + " exactly.")
            .field("/amount")
            .no_effect();
    }
    return scaled->minor();
}

}  // namespace stripe
