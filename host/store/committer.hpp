#pragma once

#include <condition_variable>
#include <deque>
#include <exception>
#include <functional>
#include <future>
#include <mutex>
#include <thread>
#include <vector>

#include "host/base/clock.hpp"
#include "host/store/engine.hpp"

namespace turnpike::store {

/// What a unit of work writes through.  Lives on the committer's thread for the length of one unit.
struct Tx {
    Session& db;
    int64_t now_ms;
    /// Runs once the commit is durable, in order, on one of the committer's threads; short.  Dropped when the unit rolls back.
    std::vector<std::function<void()>>& after_commit;
};

/// Whether the committer has threads of its own, or works when it is told to (a simulation, which must decide what happens
/// before what).
enum class Pace { threads, by_hand };

/// The one writer.  Everything that waits is committed in one transaction (group commit).  A failing unit takes nothing with
/// it: the transaction is undone and made again with each unit in a savepoint, and what failed is tried once more alone.
///
/// Two threads take turns: while the flusher makes one transaction durable, the committer works on the next, which
/// grows until the disk is free.  A unit that comes alone is made durable where it was committed.  Nobody is told of a
/// commit before the disk has it.
class Committer {
  public:
    using Work = std::function<void(Tx&)>;
    /// Called once on one of the committer's threads, after the commit is durable (null) or failed; short, never blocking.
    using Done = std::function<void(std::exception_ptr)>;

    /// `engine` outlives it, and is claimed.
    Committer(Engine& engine, const Clock& clock, Pace pace = Pace::threads);
    ~Committer();

    /// Any thread.  `work` may run several times: it writes through its Tx and to nothing an earlier run would leave behind.
    void submit(Work work, Done done);
    /// Submits and waits; rethrows what the unit threw.  Never from the committer's own threads.
    void run(Work work);
    template <class T>
    T ask(std::function<T(Tx&)> work) {
        std::optional<T> out;
        run([&](Tx& tx) { out = work(tx); });
        return std::move(*out);
    }
    /// Waits until the disk has whatever a reader may have seen by now.  Never from the committer's own threads.
    void wait_durable();
    /// Commits what was submitted and stops; later units fail.  By hand: drops it, as an end of the process would.
    void stop();
    /// By hand only.  Commits what waits, unless the last transaction is not durable yet; false when there was nothing to do.
    bool commit_by_hand();
    /// By hand only.  Makes it durable and tells everybody; false when there was nothing to do.
    bool flush_by_hand();

    struct Stats {
        uint64_t units = 0;
        uint64_t commits = 0;
        uint64_t failures = 0;
    };
    Stats stats() const;

  private:
    struct Unit {
        Work work;
        Done done;
        std::vector<std::function<void()>> after_commit;
        std::exception_ptr failed;
    };
    using Batch = std::vector<Unit>;
    void work_loop();
    /// What a unit's failure undoes: the unit, or nothing yet (the caller undoes the transaction).
    enum class Guard { savepoint, none };
    bool take(Batch& batch);
    void fill(Batch& batch);
    void run_all(Batch& batch);
    void refuse_all(Batch& batch);
    bool run_unit(Unit& unit, Guard guard);
    /// Inside a catch: keeps the exception for who asked, and undoes what the unit did.
    void take_back(Unit& unit, Guard guard);
    void retry_alone(Unit& unit);
    void transaction(const std::function<void()>& inside);
    void roll_back();
    bool wait_for_work();
    bool nobody_waits(const Batch& batch) const;
    void flush_loop();
    void flush(Batch& batch);
    void finish(Batch& batch);

    Engine& engine_;
    const Clock& clock_;
    const Pace pace_;
    std::unique_ptr<Session> session_;
    mutable std::mutex mutex_;
    std::condition_variable wake_;        ///< of the committer: there is work, or the flusher is free
    std::condition_variable flush_wake_;  ///< of the flusher, and of those who wait for it
    int guarded_left_ = 0;  ///< the committer's thread alone: transactions that are still made with savepoints
    Batch waiting_;
    Batch flushing_;         ///< committed, not durable yet
    bool in_flush_ = false;
    bool stopping_ = false;
    bool worked_off_ = false;  ///< the committer's thread has ended
    Stats stats_;
    uint64_t started_ = 0;     ///< transactions whose commit was begun
    uint64_t finished_ = 0;    ///< of these, how many are durable or refused
    std::thread flusher_;
    std::thread thread_;
};

}  // namespace turnpike::store
