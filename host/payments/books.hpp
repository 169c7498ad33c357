#pragma once

#include <cstdint>

#include "host/money/amount.hpp"

namespace turnpike::payments {

enum class Deduct { no, yes };
enum class Hold { no, yes };

/// Everything a payment's books follow from, all in minor units of one currency and >= 0.
struct BooksInput {
    int64_t surcharge = 0;  ///< S of the total asked for
    int64_t total = 0;      ///< T = amount + surcharge
    int64_t captured = 0;   ///< C
    int64_t reversed_refunds = 0;   ///< refunds accepted or seen, less those that failed
    int64_t reversed_disputes = 0;  ///< dispute debits less dispute credits
    int64_t fee = 0;        ///< F, net of returned fees
    Deduct deduct = Deduct::no;
    Hold hold = Hold::no;   ///< nothing may reach the customer yet

    friend bool operator==(const BooksInput&, const BooksInput&) = default;
};

/// What should stand in the journal for one payment, debit positive; sums to zero.
struct Books {
    int64_t provider = 0;
    int64_t customer = 0;
    int64_t surcharge = 0;
    int64_t fees = 0;
    int64_t suspense = 0;

    friend bool operator==(const Books&, const Books&) = default;
};

/// The books as a pure function of what is known (money.md 6 to 9): any order of observations that ends in the same
/// input ends in the same books, because only the difference to what is posted is ever posted.
Books books(const BooksInput& in);

/// Principal credited to the customer before reversals: captured principal less the fee when it is deducted.
int64_t credited(const BooksInput& in);
/// The principal's part of what was captured; the rest is surcharge.
int64_t principal(const BooksInput& in);

Books operator-(const Books& a, const Books& b);

}  // namespace turnpike::payments
