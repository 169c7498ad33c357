#include "host/payments/books.hpp"

#include <gtest/gtest.h>

#include "host/base/random.hpp"

namespace turnpike::payments {
namespace {

BooksInput example(Deduct deduct) {
    BooksInput in;
    in.surcharge = 59;
    in.total = 1059;
    in.captured = 1059;
    in.fee = 61;
    in.deduct = deduct;
    return in;
}

TEST(Books, CreditsTheAmountWhenFeesAreNotDeducted) {
    const Books b = books(example(Deduct::no));
    EXPECT_EQ(b, (Books{998, -1000, -59, 61, 0}));
}

TEST(Books, CreditsTheAmountLessTheFeeWhenFeesAreDeducted) {
    const Books b = books(example(Deduct::yes));
    EXPECT_EQ(b, (Books{998, -939, -59, 0, 0}));
}

TEST(Books, RefundsGoToPrincipalFirstAndNeverDebitMoreThanWasCredited) {
    BooksInput in = example(Deduct::yes);
    const Books paid = books(in);
    in.reversed_refunds = 500;
    const Books first = books(in);
    EXPECT_EQ(first - paid, (Books{-500, 500, 0, 0, 0}));
    in.reversed_refunds = 1059;
    EXPECT_EQ(books(in) - first, (Books{-559, 439, 59, 61, 0}));
}

TEST(Books, HeldMoneyStandsInSuspense) {
    BooksInput in = example(Deduct::yes);
    in.hold = Hold::yes;
    EXPECT_EQ(books(in), (Books{998, 0, 0, 61, -1059}));
    EXPECT_EQ(credited(in), 0);
}

TEST(Books, AHalfCaptureTakesHalfOfTheSurchargeRoundedHalfUp) {
    BooksInput in = example(Deduct::no);
    in.fee = 0;
    in.captured = 530;
    EXPECT_EQ(books(in), (Books{530, -500, -30, 0, 0}));
}

TEST(Books, AnythingThatCanBeObservedKeepsTheSumsAndNeverCreditsMoreThanWasCaptured) {
    SeededRandom random(7);
    auto upto = [&](uint64_t n) {
        uint64_t bits = 0;
        random.fill(&bits, sizeof bits);
        return static_cast<int64_t>(bits % (n + 1));
    };
    for (int i = 0; i < 200000; ++i) {
        BooksInput in;
        in.surcharge = upto(500);
        in.total = in.surcharge + 1 + upto(2000);
        in.captured = upto(3000);
        in.reversed_refunds = upto(3500);
        in.reversed_disputes = upto(900);
        in.fee = upto(1500);
        in.deduct = upto(1) ? Deduct::yes : Deduct::no;
        in.hold = upto(3) ? Hold::no : Hold::yes;
        const Books b = books(in);
        ASSERT_EQ(b.provider + b.customer + b.surcharge + b.fees + b.suspense, 0);
        ASSERT_LE(b.customer, 0) << "reversals took more than was credited";
        ASSERT_LE(-b.customer, principal(in));
        ASSERT_GE(credited(in), 0);
        ASSERT_LE(b.surcharge, 0);
    }
}

}  // namespace
}  // namespace turnpike::payments
