#include "host/ledger/verify.hpp"

#include <gtest/gtest.h>

#include "host/ledger/journal.hpp"
#include "host/ledger/seal.hpp"
#include "host/store/store.hpp"
#include "tests/unit/store/scratch_store.hpp"

namespace turnpike::ledger {
namespace {

class Verify : public testing::Test {
  protected:
    void SetUp() override {
        store_ = std::move(store::Store::open(scratch_.url(), clock_).value());
        for (int i = 0; i < 20; ++i) {
            post_one(100 + i);
            if (i % 3 == 0) seal_now();
        }
        seal_now();
    }
    void TearDown() override { store_.reset(); }
    void post_one(int64_t amount) {
        store_->committer().run([&](store::Tx& tx) {
            post(tx, {"payment", "pay_1", "webhook", "USD", "test",
                      {{{Role::provider, "stripe-main"}, amount}, {{Role::customer, "cus_1"}, -amount}}});
        });
    }
    void seal_now() {
        store_->committer().run([](store::Tx& tx) { seal(tx); });
    }
    void tamper(const std::string& sql) {
        store_->committer().run([&](store::Tx& tx) { tx.db.script(sql); });
    }
    Report report(std::optional<std::string> head = std::nullopt) {
        return store_->read([&](store::Session& db) { return verify(db, head); });
    }
    bool finds(const std::string& what, std::optional<std::string> head = std::nullopt) {
        for (const Finding& f : report(head).findings)
            if (f.what == what) return true;
        return false;
    }

    ManualClock clock_{1'760'000'000'000};
    store::ScratchStore scratch_;
    std::unique_ptr<store::Store> store_;
};

TEST_F(Verify, HonestBooksHaveNoFindings) {
    const Report r = report();
    EXPECT_TRUE(r.findings.empty());
    EXPECT_EQ(r.rows, 20);
    EXPECT_EQ(r.entries, 40);
    EXPECT_TRUE(report(r.head).findings.empty());
}

TEST_F(Verify, AChangedAmountIsFound) {
    tamper("UPDATE entries SET amount = amount + 1 WHERE n = 5 * 16");
    EXPECT_TRUE(finds("row_changed"));
    EXPECT_TRUE(finds("sum"));
}

TEST_F(Verify, SwappedRowsAreFound) {
    tamper("UPDATE journal SET hash = (SELECT hash FROM journal WHERE n = 6) WHERE n = 5");
    EXPECT_TRUE(finds("row_changed"));
    EXPECT_TRUE(finds("chain"));
}

TEST_F(Verify, AMissingRowIsFound) {
    tamper("DELETE FROM journal WHERE n = 7");
    EXPECT_TRUE(finds("row_missing"));
}

TEST_F(Verify, ARowThatWasTakenAwayWithItsEntriesIsFound) {
    tamper("DELETE FROM journal WHERE n = 7; DELETE FROM entries WHERE n / 16 = 7");
    EXPECT_TRUE(finds("row_missing"));
}

TEST_F(Verify, ARunningBalanceThatDoesNotFollowIsFound) {
    tamper("UPDATE entries SET balance_after = balance_after + 1 WHERE customer IS NOT NULL AND n / 16 = 5");
    EXPECT_TRUE(finds("balance"));
}

TEST_F(Verify, ACutOffTailIsFoundByTheSealsAndByAHeadNotedEarlier) {
    const std::string head = report().head;
    tamper("DELETE FROM journal WHERE n > 15; DELETE FROM entries WHERE n >= 16 * 16");
    EXPECT_TRUE(finds("cut_off"));
    tamper("DELETE FROM seals WHERE journal_to > 15; UPDATE balances SET balance = (SELECT -sum(amount) FROM entries WHERE customer IS NOT NULL)");
    EXPECT_TRUE(finds("cut_off", head));
}

TEST_F(Verify, ABalanceThatDiffersFromItsEntriesIsFound) {
    tamper("UPDATE balances SET balance = balance + 5");
    EXPECT_TRUE(finds("balance"));
}

TEST_F(Verify, APostingThatDoesNotSumToZeroRollsItsUnitBack) {
    EXPECT_THROW(store_->committer().run([](store::Tx& tx) {
        post(tx, {"payment", "pay_1", "webhook", "USD", "test", {{{Role::provider, "x"}, 5}, {{Role::customer, "cus_1"}, -4}}});
    }), std::logic_error);
    EXPECT_EQ(report().rows, 20);
}

TEST_F(Verify, HouseAccountsAreTheSumOfTheirEntries) {
    EXPECT_EQ(store_->read([](store::Session& db) { return house_balance(db, 2, "stripe-main", "USD", "test"); }), 20 * 100 + 190);
}

}  // namespace
}  // namespace turnpike::ledger
