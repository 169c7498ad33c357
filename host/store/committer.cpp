#include "host/store/committer.hpp"

#include <sqlite3.h>

#include "host/store/error.hpp"

namespace turnpike::store {
namespace {

/// Beyond this the WAL is emptied by the committer itself: the checkpointer could not keep up.
constexpr int kWalPagesMax = 65536;

int wal_pages_now(sqlite3* db) {
    int pages = 0;
    sqlite3_wal_checkpoint_v2(db, nullptr, SQLITE_CHECKPOINT_PASSIVE, &pages, nullptr);
    return pages;
}

}  // namespace

Committer::Committer(std::string path, const Clock& clock)
    : clock_(clock), session_(path, Access::read_write), thread_([this] { loop(); }) {}

Committer::~Committer() { stop(); }

void Committer::submit(Work work, Done done) {
    {
        std::lock_guard lock(mutex_);
        if (!stopping_) {
            waiting_.push_back({std::move(work), std::move(done), {}, nullptr});
            if (waiting_.size() == 1) wake_.notify_one();
            return;
        }
    }
    done(std::make_exception_ptr(StoreError(StoreError::Kind::other, "the store is closing")));
}

void Committer::run(Work work) {
    std::promise<void> promise;
    auto future = promise.get_future();
    submit(std::move(work), [&](std::exception_ptr failed) {
        if (failed) promise.set_exception(failed);
        else promise.set_value();
    });
    future.get();
}

void Committer::stop() {
    {
        std::lock_guard lock(mutex_);
        stopping_ = true;
        wake_.notify_one();
    }
    if (thread_.joinable()) thread_.join();
}

Committer::Stats Committer::stats() const {
    std::lock_guard lock(mutex_);
    return stats_;
}

void Committer::loop() {
    std::vector<Unit> batch;
    while (true) {
        {
            std::unique_lock lock(mutex_);
            wake_.wait(lock, [&] { return stopping_ || !waiting_.empty(); });
            if (waiting_.empty()) return;
            batch.swap(waiting_);
        }
        commit_batch(batch);
        finish(batch);
        batch.clear();
        bound_wal();
    }
}

void Committer::commit_batch(std::vector<Unit>& batch) {
    try {
        session_.script("BEGIN IMMEDIATE");
        for (Unit& unit : batch) run_unit(unit);
        session_.script("COMMIT");
    } catch (...) {
        // Nothing of the batch stands: every unit is told, and none is acknowledged.
        for (Unit& unit : batch) unit.failed = std::current_exception();
        try {
            session_.script("ROLLBACK");
        } catch (const StoreError&) {
        }
        return;
    }
    if (batch.size() == 1) return;
    for (Unit& unit : batch)
        if (unit.failed) retry_alone(unit);
}

bool Committer::run_unit(Unit& unit) {
    session_.run("SAVEPOINT unit");
    try {
        Tx tx{session_, clock_.now_ms(), unit.after_commit};
        unit.work(tx);
        session_.run("RELEASE unit");
        return true;
    } catch (...) {
        unit.failed = std::current_exception();
        unit.after_commit.clear();
        session_.run("ROLLBACK TO unit");
        session_.run("RELEASE unit");
        return false;
    }
}

void Committer::retry_alone(Unit& unit) {
    unit.failed = nullptr;
    try {
        session_.script("BEGIN IMMEDIATE");
        run_unit(unit);
        session_.script("COMMIT");
    } catch (...) {
        unit.failed = std::current_exception();
        try {
            session_.script("ROLLBACK");
        } catch (const StoreError&) {
        }
    }
}

void Committer::finish(std::vector<Unit>& batch) {
    uint64_t failures = 0;
    for (Unit& unit : batch) {
        if (unit.failed) ++failures;
        else
            for (auto& then : unit.after_commit) then();
        if (unit.done) unit.done(unit.failed);
    }
    std::lock_guard lock(mutex_);
    stats_.units += batch.size();
    stats_.failures += failures;
    ++stats_.commits;
}

void Committer::bound_wal() {
    // A look at the WAL's size costs a checkpoint call: once in a while is enough.
    if (stats_.commits % 4096 != 0) return;
    if (wal_pages_now(session_.handle()) > kWalPagesMax)
        sqlite3_wal_checkpoint_v2(session_.handle(), nullptr, SQLITE_CHECKPOINT_RESTART, nullptr, nullptr);
}

}  // namespace turnpike::store
