#include "host/store/committer.hpp"

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>

#include "host/store/error.hpp"
#include "host/store/report.hpp"

namespace turnpike::store {
namespace {

/// A transaction that does not end makes everybody in it wait.
constexpr size_t kBatchMax = 512;
/// Transactions whose units stand in savepoints after one failed: failures seldom come alone.
constexpr int kGuardedAfterFailure = 64;
/// A lost connection is noticed by then, also when nobody writes.
constexpr auto kKeepAliveEvery = std::chrono::seconds(1);

}  // namespace

Committer::Committer(Engine& engine, const Clock& clock, Pace pace) : engine_(engine), clock_(clock), pace_(pace), session_(engine.open(Access::committer)) {
    if (pace == Pace::by_hand) return;
    flusher_ = std::thread([this] { flush_loop(); });
    thread_ = std::thread([this] { work_loop(); });
}

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
    if (pace_ == Pace::by_hand)
        while (flush_by_hand() || commit_by_hand()) {}
    future.get();
}

void Committer::stop() {
    {
        std::lock_guard lock(mutex_);
        stopping_ = true;
        wake_.notify_one();
    }
    if (thread_.joinable()) thread_.join();
    if (flusher_.joinable()) flusher_.join();
}

void Committer::wait_durable() {
    if (pace_ == Pace::by_hand) {
        flush_by_hand();
        return;
    }
    std::unique_lock lock(mutex_);
    const uint64_t until = started_;
    flush_wake_.wait(lock, [&] { return finished_ >= until; });
}

bool Committer::commit_by_hand() {
    {
        std::lock_guard lock(mutex_);
        if (in_flush_ || waiting_.empty()) return false;
    }
    Batch batch;
    fill(batch);
    std::lock_guard lock(mutex_);
    flushing_.swap(batch);
    in_flush_ = true;
    return true;
}

bool Committer::flush_by_hand() {
    Batch batch;
    {
        std::lock_guard lock(mutex_);
        if (!in_flush_) return false;
        batch.swap(flushing_);
    }
    flush(batch);
    return true;
}

Committer::Stats Committer::stats() const {
    std::lock_guard lock(mutex_);
    return stats_;
}

void Committer::work_loop() {
    Batch batch;
    while (true) {
        if (!wait_for_work()) break;
        fill(batch);
        if (nobody_waits(batch)) {
            flush(batch);
            continue;
        }
        std::lock_guard lock(mutex_);
        flushing_.swap(batch);
        batch.clear();
        in_flush_ = true;
        flush_wake_.notify_all();
    }
    std::lock_guard lock(mutex_);
    worked_off_ = true;
    flush_wake_.notify_all();
}

/// One unit and no other: two threads would have nothing to overlap, and waking the second takes as long as the disk.
bool Committer::nobody_waits(const Batch& batch) const {
    std::lock_guard lock(mutex_);
    return batch.size() == 1 && !in_flush_ && waiting_.empty();
}

/// false when none will come any more.
bool Committer::wait_for_work() {
    std::unique_lock lock(mutex_);
    while (!wake_.wait_for(lock, kKeepAliveEvery, [&] { return stopping_ || !waiting_.empty(); })) {
        lock.unlock();
        try {
            session_->keep_alive();
        } catch (const StoreError&) {
            session_->recover();
        }
        lock.lock();
    }
    return !waiting_.empty();
}

/// Adds what waits; false once the batch must go, because the disk is free or the batch is large.
bool Committer::take(Batch& batch) {
    std::unique_lock lock(mutex_);
    const bool first = batch.empty();
    const bool full = batch.size() >= kBatchMax;
    if (!first) wake_.wait(lock, [&] { return !in_flush_ || (!full && !waiting_.empty()); });
    if (!first && (full || !in_flush_)) {
        ++started_;
        return false;
    }
    for (Unit& unit : waiting_) batch.push_back(std::move(unit));
    waiting_.clear();
    return true;
}

/// One transaction of all that arrives until the disk is free.
void Committer::fill(Batch& batch) {
    try {
        transaction([&] { run_all(batch); });
    } catch (...) {
        refuse_all(batch);
        return;
    }
    guarded_left_ = std::max(0, guarded_left_ - 1);
    engine_.bound_log(*session_);
    if (batch.size() == 1) return;
    for (Unit& unit : batch)
        if (unit.failed) retry_alone(unit);
}

/// Without savepoints until a unit fails.  Then nothing stands, and those that succeeded run again: cheaper than to guard
/// every unit against what hardly ever happens.
void Committer::run_all(Batch& batch) {
    size_t next = 0;
    do {
        while (next < batch.size()) {
            const Guard guard = guarded_left_ > 0 ? Guard::savepoint : Guard::none;
            if (run_unit(batch[next++], guard) || guard == Guard::savepoint) continue;
            roll_back();
            session_->begin();
            if (batch.size() == 1) continue;
            guarded_left_ = kGuardedAfterFailure;
            next = 0;
        }
    } while (take(batch));
}

/// Runs `inside` between BEGIN and COMMIT, once more for every connection that was lost before the store had it all.
/// Throws when the store does not take it.
void Committer::transaction(const std::function<void()>& inside) {
    while (true) {
        try {
            session_->begin();
            inside();
            session_->commit();
            return;
        } catch (const StoreError& e) {
            if (e.kind() != StoreError::Kind::lost) throw;
            report(e);
            const Recovery found = session_->recover();
            if (found == Recovery::committed) return;
            if (found == Recovery::gave_up) throw;
        }
    }
}

void Committer::roll_back() {
    try {
        session_->rollback();
    } catch (const StoreError&) {
        // The store has ended the transaction by itself.
    }
}

/// Nothing of the batch stands: every unit is told, and none is acknowledged.
void Committer::refuse_all(Batch& batch) {
    {
        std::unique_lock lock(mutex_);
        for (Unit& unit : waiting_) batch.push_back(std::move(unit));
        waiting_.clear();
        wake_.wait(lock, [&] { return !in_flush_; });
    }
    for (Unit& unit : batch) unit.failed = std::current_exception();
    roll_back();
}

bool Committer::run_unit(Unit& unit, Guard guard) {
    unit.failed = nullptr;
    unit.after_commit.clear();
    if (guard == Guard::savepoint) session_->run("SAVEPOINT unit");
    try {
        Tx tx{*session_, clock_.now_ms(), unit.after_commit};
        unit.work(tx);
        if (guard == Guard::savepoint) session_->run("RELEASE unit");
        return true;
    } catch (const StoreError& e) {
        report(e);
        take_back(unit, guard);
        return false;
    } catch (...) {
        take_back(unit, guard);
        return false;
    }
}

void Committer::take_back(Unit& unit, Guard guard) {
    unit.failed = std::current_exception();
    unit.after_commit.clear();
    if (guard == Guard::none) return;
    session_->run("ROLLBACK TO unit");
    session_->run("RELEASE unit");
}

void Committer::retry_alone(Unit& unit) {
    try {
        transaction([&] { run_unit(unit, Guard::savepoint); });
    } catch (...) {
        unit.failed = std::current_exception();
        roll_back();
    }
}

void Committer::flush_loop() {
    Batch batch;
    while (true) {
        {
            std::unique_lock lock(mutex_);
            flush_wake_.wait(lock, [&] { return in_flush_ || worked_off_; });
            if (!in_flush_) return;
            batch.swap(flushing_);
        }
        flush(batch);
    }
}

/// Makes it durable, tells everybody, and empties it.
void Committer::flush(Batch& batch) {
    const bool wrote = std::any_of(batch.begin(), batch.end(), [](const Unit& unit) { return !unit.failed; });
    if (wrote && !engine_.make_durable()) {
        // Whether the disk has the commit can never be found out by trying again: stop before anybody is told so.
        std::fputs("{\"level\":\"error\",\"event\":\"store_lost\",\"detail\":\"the disk refused to keep the write-ahead log\"}\n", stderr);
        std::_Exit(3);
    }
    finish(batch);
    batch.clear();
}

void Committer::finish(Batch& batch) {
    {
        std::lock_guard lock(mutex_);
        in_flush_ = false;
        stats_.units += batch.size();
        for (const Unit& unit : batch) stats_.failures += unit.failed != nullptr;
        ++stats_.commits;
        finished_ = started_;
        wake_.notify_one();
        flush_wake_.notify_all();
    }
    for (Unit& unit : batch) {
        if (!unit.failed)
            for (auto& then : unit.after_commit) then();
        if (unit.done) unit.done(unit.failed);
    }
}

}  // namespace turnpike::store
