#include "fiat.hpp"

#include "decimal.hpp"

namespace nowpayments {
namespace {

using turnpike::Json;
using turnpike::Money;

std::optional<Decimal> quantity(const Json& object, std::string_view name) {
    return Decimal::read(object[name].scalar());
}

std::optional<Money> scaled(const Money& price, const Decimal& part, const Decimal& whole) {
    const auto minor = Decimal::share(price.minor(), part, whole);
    if (!minor) return std::nullopt;
    return Money(*minor, price.exponent(), price.currency());
}

/// Currencies without decimals at this provider, as everywhere.
int decimals_of(std::string_view currency) {
    for (const std::string_view none : {"JPY", "KRW", "CLP", "VND", "ISK", "UGX"}) {
        if (currency == none) return 0;
    }
    return 2;
}

}  // namespace

Money price_of(const Json& payment) {
    const std::string currency = turnpike::upper(payment["price_currency"].text());
    const auto read = Money::from_decimal(payment["price_amount"].scalar(), currency);
    const auto out = read ? read->rescaled(decimals_of(currency)) : std::nullopt;
    if (!out) {
        throw turnpike::Error(turnpike::ErrorKind::provider,
                              "The price of the payment cannot be read.");
    }
    return *out;
}

std::optional<Money> worth_of(const Json& payment, const Money& price) {
    const auto paid = quantity(payment, "actually_paid");
    const auto asked = quantity(payment, "pay_amount");
    if (!paid || !asked) return std::nullopt;
    return scaled(price, *paid, *asked);
}

bool is_more(const Json& payment) {
    const auto paid = quantity(payment, "actually_paid");
    const auto asked = quantity(payment, "pay_amount");
    return paid && asked && !asked->zero() && *asked < *paid;
}

std::optional<Money> fee_of(const Json& payment, const Money& price) {
    const Json fee = payment["fee"];
    if (payment["is_fee_paid_by_user"].is_true())
        return Money(0, price.exponent(), price.currency());
    std::optional<Decimal> total = Decimal::read("0");
    for (const char* part : {"depositFee", "withdrawalFee", "serviceFee"}) {
        const auto one = quantity(fee, part);
        if (!one) return std::nullopt;
        total = total->plus(*one);
    }
    const std::string coin = turnpike::lower(fee["currency"].text());
    const auto paid = quantity(payment, "pay_amount");
    if (coin == turnpike::lower(payment["pay_currency"].text()) && paid)
        return scaled(price, *total, *paid);
    const auto outcome = quantity(payment, "outcome_amount");
    if (coin == turnpike::lower(payment["outcome_currency"].text()) && outcome)
        return scaled(price, *total, outcome->plus(*total));
    return std::nullopt;
}

}  // namespace nowpayments
