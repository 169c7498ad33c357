#include "host/money/amount.hpp"

#include <gtest/gtest.h>

namespace turnpike::money {
namespace {

Currency currency(std::string_view code) { return Currency::of(code).value(); }

TEST(Currency, KnowsTheMinorUnitsOfIso4217) {
    EXPECT_EQ(currency("USD").exponent(), 2);
    EXPECT_EQ(currency("JPY").exponent(), 0);
    EXPECT_EQ(currency("KWD").exponent(), 3);
    EXPECT_EQ(currency("AED").code(), "AED");
    EXPECT_EQ(currency("ZWL").code(), "ZWL");
}

TEST(Currency, RefusesLowerCaseAndUnknownCodes) {
    EXPECT_FALSE(Currency::of("usd"));
    EXPECT_FALSE(Currency::of("XYZ"));
    EXPECT_FALSE(Currency::of("US"));
    EXPECT_FALSE(Currency::of("USDX"));
    EXPECT_FALSE(Currency::of(""));
}

TEST(ParseAmount, ReadsPlainDecimalsIntoMinorUnits) {
    EXPECT_EQ(parse_amount("10.00", currency("USD"))->minor, 1000);
    EXPECT_EQ(parse_amount("10", currency("USD"))->minor, 1000);
    EXPECT_EQ(parse_amount("0.5", currency("USD"))->minor, 50);
    EXPECT_EQ(parse_amount("500", currency("JPY"))->minor, 500);
    EXPECT_EQ(parse_amount("1.234", currency("KWD"))->minor, 1234);
    EXPECT_EQ(parse_amount("999999999999999.99", currency("USD"))->minor, 99999999999999999);
}

TEST(ParseAmount, RefusesEverythingThatIsNoPlainDecimalOfTheCurrency) {
    for (const char* text : {"1e3", "-1", "+1", "0.001", "1.", ".5", "", " 1", "1 ", "1,00", "0x10", "NaN", "١",
                             "1000000000000000", "1.2.3"}) {
        const auto amount = parse_amount(text, currency("USD"));
        ASSERT_FALSE(amount) << text;
        EXPECT_EQ(amount.error().code, "amount_invalid");
        EXPECT_EQ(amount.error().status, 422);
    }
    EXPECT_FALSE(parse_amount("1.0", currency("JPY")));
    EXPECT_FALSE(parse_positive_amount("0.00", currency("USD")));
}

TEST(FormatAmount, ShowsExactlyTheCurrencysDecimals) {
    EXPECT_EQ(format(1000, currency("USD")), "10.00");
    EXPECT_EQ(format(5, currency("USD")), "0.05");
    EXPECT_EQ(format(-320, currency("USD")), "-3.20");
    EXPECT_EQ(format(0, currency("KWD")), "0.000");
    EXPECT_EQ(format(500, currency("JPY")), "500");
    EXPECT_EQ(format(INT64_MIN, currency("JPY")), "-9223372036854775808");
}

TEST(Rescale, IsExactOrRefuses) {
    EXPECT_EQ(rescale("1099", 2, currency("USD")), 1099);
    EXPECT_EQ(rescale("10990", 3, currency("USD")), 1099);
    EXPECT_EQ(rescale("10995", 3, currency("USD")), std::nullopt);
    EXPECT_EQ(rescale("10", 0, currency("USD")), 1000);
    EXPECT_EQ(rescale("-10", 0, currency("KWD")), -10000);
    EXPECT_EQ(rescale("01", 0, currency("USD")), std::nullopt);
    EXPECT_EQ(rescale("", 0, currency("USD")), std::nullopt);
    EXPECT_EQ(rescale("99999999999999999999999999", 0, currency("USD")), std::nullopt);
}

TEST(Surcharge, IsRoundedHalfUpOnceToTheProvidersStep) {
    const auto p29 = parse_percent("2.9").value();
    EXPECT_EQ(surcharge(1000, 30, p29, 1), 59);     // 0.30 + 0.29
    EXPECT_EQ(surcharge(1050, 30, p29, 1), 60);     // 0.30 + 0.3045 = 0.6045
    EXPECT_EQ(surcharge(1500, 0, Percent{10000}, 10), 20);  // 15 minor is half of step 10: up
    EXPECT_EQ(surcharge(0, 0, p29, 1), 0);
    EXPECT_EQ(surcharge(100000, 0, parse_percent("0.0005").value(), 1), 1);  // 0.5 minor: up
}

TEST(Percent, TakesUpToFourDecimalsBetween0And100) {
    EXPECT_EQ(parse_percent("2.9")->e4, 29000);
    EXPECT_EQ(parse_percent("100")->e4, 1000000);
    EXPECT_EQ(format(Percent{29000}), "2.9");
    EXPECT_EQ(format(Percent{5}), "0.0005");
    for (const char* text : {"100.0001", "-1", "2.90001", "", "1e1"}) EXPECT_FALSE(parse_percent(text)) << text;
}

TEST(SurchargePart, FollowsTheCapturedShare) {
    EXPECT_EQ(surcharge_part(59, 1059, 1059), 59);
    EXPECT_EQ(surcharge_part(59, 530, 1059), 30);  // 29.53
    EXPECT_EQ(surcharge_part(59, 0, 1059), 0);
}

TEST(ConvertByRate, DividesByTheRateAndRoundsHalfUp) {
    // 1 USD = 0.9 EUR; a fee of 0.45 EUR is 0.50 USD.
    EXPECT_EQ(convert_by_rate({45, currency("EUR")}, "0.9", currency("USD")), 50);
    EXPECT_EQ(convert_by_rate({105, currency("USD")}, "0.0065", currency("JPY")), 162);
    EXPECT_EQ(convert_by_rate({105, currency("USD")}, "0", currency("JPY")), std::nullopt);
    EXPECT_EQ(convert_by_rate({105, currency("USD")}, "-1", currency("JPY")), std::nullopt);
}

TEST(Arithmetic, OverflowIsADefectAndThrows) {
    EXPECT_THROW(add(INT64_MAX, 1), std::overflow_error);
    EXPECT_THROW(subtract(INT64_MIN, 1), std::overflow_error);
    EXPECT_THROW(multiply_ratio(INT64_MAX, 3, 1), std::overflow_error);
}

}  // namespace
}  // namespace turnpike::money
