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
#include "host/store/session.hpp"

namespace turnpike::store {

/// What a unit of work writes through.  Lives on the committer's thread for the length of one unit.
struct Tx {
    Session& db;
    int64_t now_ms;
    /// Runs after the commit, in order, on the committer's thread; short.  Dropped when the unit rolls back.
    std::vector<std::function<void()>>& after_commit;
};

/// The one writer.  Everything that waits is committed in one transaction (group commit); each unit stands in a
/// savepoint, so a failing unit takes nothing with it: it is rolled back and tried once more alone.
class Committer {
  public:
    using Work = std::function<void(Tx&)>;
    /// Called once on the committer's thread after the commit (null) or the failure; short, never blocking.
    using Done = std::function<void(std::exception_ptr)>;

    Committer(std::string path, const Clock& clock);
    ~Committer();

    /// Any thread.  `work` may run twice: it writes through its Tx and to nothing a failed run would leave behind.
    void submit(Work work, Done done);
    /// Submits and waits; rethrows what the unit threw.  Never from the committer's own thread.
    void run(Work work);
    template <class T>
    T ask(std::function<T(Tx&)> work) {
        std::optional<T> out;
        run([&](Tx& tx) { out = work(tx); });
        return std::move(*out);
    }
    /// Commits what was submitted and stops; later units fail.
    void stop();

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
    void loop();
    void commit_batch(std::vector<Unit>& batch);
    bool run_unit(Unit& unit);
    void retry_alone(Unit& unit);
    void finish(std::vector<Unit>& batch);
    void bound_wal();

    const Clock& clock_;
    Session session_;
    mutable std::mutex mutex_;
    std::condition_variable wake_;
    std::vector<Unit> waiting_;
    bool stopping_ = false;
    Stats stats_;
    std::thread thread_;
};

}  // namespace turnpike::store
