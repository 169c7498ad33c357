#include "host/payments/quote.hpp"

#include <gtest/gtest.h>

#include <fstream>
#include <iterator>

#include "host/base/random.hpp"
#include "host/payments/books.hpp"

namespace turnpike::payments {
namespace {

std::shared_ptr<const config::Manifest> stripe_manifest() {
    std::ifstream in(std::string(TURNPIKE_SOURCE_DIR) + "/plugins/stripe/stripe.provider.json");
    const std::string text{std::istreambuf_iterator<char>(in), {}};
    return std::make_shared<const config::Manifest>(config::read_manifest(text, "stripe").value());
}

Integration integration_for(const config::Manifest& manifest, const std::string& percent) {
    Integration out;
    out.source.manifest = std::make_shared<const config::Manifest>(manifest);
    out.source.def.surcharge_percent = *money::parse_percent(percent);
    for (const auto& c : manifest.currencies) out.source.def.currencies.push_back(c.code);
    return out;
}

std::string code_of(const Result<Price>& priced) { return priced ? "" : priced.error().code; }

TEST(Quote, TenDollarsWithThirtyCentsAndTwoPointNinePercentAreTenFiftyNine) {
    Integration i = integration_for(*stripe_manifest(), "2.9");
    i.source.def.surcharge_minor["USD"] = 30;
    const Price p = price(i, "USD", "10.00").value();
    EXPECT_EQ(p.surcharge, 59);
    EXPECT_EQ(p.total, 1059);
}

TEST(Quote, WhatTheProviderOrTheOperatorDoesNotTakeIsRefusedByName) {
    Integration i = integration_for(*stripe_manifest(), "0");
    i.source.def.limits["USD"] = {500, 200000};
    EXPECT_EQ(code_of(price(i, "USD", "4.99")), "amount_too_small");
    EXPECT_EQ(code_of(price(i, "USD", "2000.01")), "amount_too_large");
    EXPECT_EQ(code_of(price(i, "KWD", "1.005")), "amount_step");
    EXPECT_EQ(code_of(price(i, "KWD", "1.010")), "");
    EXPECT_EQ(code_of(price(i, "JPY", "50.5")), "amount_invalid");
    i.source.def.currencies = {"USD"};
    EXPECT_EQ(code_of(price(i, "EUR", "5.00")), "currency_not_enabled");
}

/// Quote, charge, partial capture and refunds in one currency, with random amounts.
void round_trip(const Integration& i, const config::CurrencySpec& spec, SeededRandom& random) {
    const auto currency = *money::Currency::of(spec.code);
    const int64_t step = step_of(i.manifest(), currency);
    auto upto = [&](int64_t n) {
        uint64_t bits = 0;
        random.fill(&bits, sizeof bits);
        return static_cast<int64_t>(bits % static_cast<uint64_t>(n + 1));
    };
    const int64_t minor = (money::parse_amount("10000", currency)->minor / step + upto(5000)) * step;
    const Price p = price(i, spec.code, money::format(minor, currency)).value();
    ASSERT_EQ(p.surcharge % step, 0) << spec.code;
    ASSERT_EQ(p.total, p.amount + p.surcharge);
    BooksInput in;
    in.surcharge = p.surcharge;
    in.total = p.total;
    in.captured = p.total;
    ASSERT_EQ(books(in), (Books{p.total, -p.amount, -p.surcharge, 0, 0})) << spec.code;
    in.captured = upto(p.total);
    const int64_t kept = principal(in);
    ASSERT_GE(kept, 0);
    ASSERT_LE(kept, p.amount) << spec.code;
    in.reversed_refunds = upto(in.captured);
    const int64_t debited = books(in).customer + kept;
    ASSERT_EQ(debited, std::min(in.reversed_refunds, kept)) << "principal goes back first";
    in.reversed_refunds = in.captured;
    ASSERT_EQ(books(in), Books{}) << spec.code << ": all of it went back";
}

TEST(Quote, QuoteChargeCaptureAndRefundRoundTripInEveryCurrencyAndStep) {
    const auto manifest = stripe_manifest();
    SeededRandom random(11);
    for (const char* percent : {"0", "2.9", "0.0001", "33.3333", "100"}) {
        const Integration i = integration_for(*manifest, percent);
        for (const auto& spec : manifest->currencies)
            for (int n = 0; n < 20; ++n) round_trip(i, spec, random);
    }
}

}  // namespace
}  // namespace turnpike::payments
