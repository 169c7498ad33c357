#include "host/store/committer.hpp"

#include <gtest/gtest.h>

#include <atomic>
#include <stdexcept>

#include "host/store/error.hpp"
#include "host/store/store.hpp"
#include "tests/unit/store/scratch_store.hpp"

namespace turnpike::store {
namespace {

class CommitterTest : public testing::Test {
  protected:
    void SetUp() override { store_ = std::move(Store::open(scratch_.url(), clock_).value()); }
    void TearDown() override { store_.reset(); }
    static void put(Tx& tx, int64_t n) {
        tx.db.run("INSERT INTO meta (key, value) VALUES ($1, 'x')", "k" + std::to_string(n));
    }
    int64_t count() {
        return store_->read([](Session& db) {
            auto rows = db.query("SELECT count(*) FROM meta WHERE key LIKE 'k%'");
            rows.next();
            return rows.integer(0);
        });
    }

    ManualClock clock_{1000};
    ScratchStore scratch_;
    std::unique_ptr<Store> store_;
};

TEST_F(CommitterTest, AFailingUnitTakesNothingOfItsBatchWithIt) {
    std::promise<void> gate;
    auto opened = gate.get_future().share();
    store_->committer().submit([&](Tx&) { opened.wait(); }, nullptr);
    std::atomic<int> failed{0}, after_commit{0};
    for (int i = 0; i < 50; ++i)
        store_->committer().submit(
            [&, i](Tx& tx) {
                put(tx, i);
                tx.after_commit.push_back([&] { ++after_commit; });
                if (i % 10 == 3) throw std::runtime_error("no");
            },
            [&](std::exception_ptr e) { failed += e != nullptr; });
    gate.set_value();
    store_->committer().run([](Tx&) {});
    EXPECT_EQ(failed, 5);
    EXPECT_EQ(count(), 45);
    EXPECT_EQ(after_commit, 45) << "once each, also for those that ran again";
}

TEST_F(CommitterTest, AFailingUnitThatComesAloneLeavesNothing) {
    const auto fails = [](Tx& tx) {
        put(tx, 1);
        throw std::runtime_error("no");
    };
    EXPECT_THROW(store_->committer().run(fails), std::runtime_error);
    store_->committer().run([](Tx& tx) { put(tx, 2); });
    EXPECT_EQ(count(), 1);
}

TEST_F(CommitterTest, AUnitThatGoesOnAfterAFailedStatementIsNotToldOfACommitThatWasNone) {
    const auto twice = [](Tx& tx) {
        put(tx, 1);
        try {
            put(tx, 1);
        } catch (const StoreError&) {
        }
    };
    bool told = true;
    try {
        store_->committer().run(twice);
    } catch (const StoreError&) {
        told = false;
    }
    EXPECT_EQ(count(), told ? 1 : 0);
    store_->committer().run([](Tx& tx) { put(tx, 2); });
    EXPECT_EQ(count(), told ? 2 : 1);
}

TEST_F(CommitterTest, WritersWhoseUnitsFailLeaveTheOthersAlone) {
    std::atomic<int> failed{0};
    std::vector<std::thread> threads;
    for (int t = 0; t < 4; ++t)
        threads.emplace_back([&, t] {
            for (int i = 0; i < 200; ++i) {
                const auto work = [=](Tx& tx) {
                    put(tx, t * 1000 + i);
                    if (i % 50 == 3) throw std::runtime_error("no");
                };
                store_->committer().submit(work, [&](std::exception_ptr e) { failed += e != nullptr; });
            }
        });
    for (auto& thread : threads) thread.join();
    store_->committer().run([](Tx&) {});
    EXPECT_EQ(failed, 16);
    EXPECT_EQ(count(), 784);
}

TEST_F(CommitterTest, WhatWaitsIsCommittedTogether) {
    std::promise<void> gate;
    auto opened = gate.get_future().share();
    store_->committer().submit([&](Tx&) { opened.wait(); }, nullptr);
    for (int i = 0; i < 100; ++i) store_->committer().submit([i](Tx& tx) { put(tx, i); }, nullptr);
    gate.set_value();
    store_->committer().run([](Tx&) {});
    EXPECT_LE(store_->committer().stats().commits, 4u);
    EXPECT_EQ(count(), 100);
}

TEST_F(CommitterTest, CompletionsRunAfterTheCommitIsVisible) {
    int64_t seen = -1;
    store_->committer().run([&](Tx& tx) {
        put(tx, 1);
        tx.after_commit.push_back([&] { seen = count(); });
    });
    store_->committer().run([](Tx&) {});
    EXPECT_EQ(seen, 1);
}

TEST_F(CommitterTest, WhatIsReadDurablyIsOnTheDisk) {
    for (int i = 0; i < 200; ++i) {
        std::atomic<bool> told{false};
        store_->committer().submit([i](Tx& tx) { put(tx, i); }, [&](std::exception_ptr) { told = true; });
        int64_t seen = 0;
        while (seen <= i) seen = store_->read_durable([](Session& db) {
            auto rows = db.query("SELECT count(*) FROM meta WHERE key LIKE 'k%'");
            rows.next();
            return rows.integer(0);
        });
        store_->committer().run([](Tx&) {});
        EXPECT_TRUE(told);
    }
}

TEST_F(CommitterTest, ManyWritersLoseNothingAndEachIsToldOnce) {
    std::atomic<int> told{0};
    std::vector<std::thread> threads;
    for (int t = 0; t < 8; ++t)
        threads.emplace_back([&, t] {
            for (int i = 0; i < 100; ++i)
                if (i % 2 == 0) store_->committer().run([&](Tx& tx) { put(tx, t * 1000 + i); });
                else store_->committer().submit([&, t, i](Tx& tx) { put(tx, t * 1000 + i); }, [&](std::exception_ptr e) { told += e == nullptr; });
        });
    for (auto& thread : threads) thread.join();
    store_->committer().run([](Tx&) {});
    EXPECT_EQ(count(), 800);
    EXPECT_EQ(told, 400);
}

TEST_F(CommitterTest, AReaderCannotWrite) {
    EXPECT_THROW(store_->read([](Session& db) { return db.run("INSERT INTO meta (key, value) VALUES ('a', 'b')"); }), std::runtime_error);
}

TEST_F(CommitterTest, ASecondHostOnOneFolderIsRefused) {
    auto second = Store::open(scratch_.url(), clock_);
    ASSERT_FALSE(second);
    EXPECT_EQ(second.error().code, "store_locked");
}

TEST_F(CommitterTest, ASchemaFromTheFutureIsRefused) {
    store_->committer().run([](Tx& tx) { tx.db.run("INSERT INTO meta (key, value) VALUES ('a', 'b')"); });
    store_.reset();
    scratch_.meddle(scratch_.shared() ? "INSERT INTO schema_version (number, at) VALUES (999, 0)" : "PRAGMA user_version = 999");
    auto opened = Store::open(scratch_.url(), clock_);
    ASSERT_FALSE(opened);
    EXPECT_EQ(opened.error().code, "schema_newer");
}

TEST_F(CommitterTest, ParametersBindByTheirNumberNotTheirOrder) {
    store_->committer().run([](Tx& tx) {
        tx.db.run("INSERT INTO meta (key, value) VALUES ($2, $1)", "the value", "the key");
        auto rows = tx.db.query("SELECT value FROM meta WHERE key = $1", "the key");
        ASSERT_TRUE(rows.next());
        EXPECT_EQ(rows.text(0), "the value");
    });
}

}  // namespace
}  // namespace turnpike::store
