#pragma once

#include <atomic>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "host/base/clock.hpp"
#include "host/base/result.hpp"
#include "host/store/committer.hpp"
#include "host/store/engine.hpp"
#include "host/store/error.hpp"

namespace turnpike::store {

/// The store of one installation: the committer, a pool of read-only sessions, and the checkpointer.
class Store {
  public:
    /// Opens `store_url` (engine.hpp) as its one writer; a SQLite file is made and migrated, after a backup.  `claim_lost`
    /// is called when another host has become the writer; it must not return (default: the process ends with code 3).
    /// Failures: 503 store_unavailable, store_locked, 409 schema_newer, schema_older.
    static Result<std::unique_ptr<Store>> open(const std::string& store_url, const Clock& clock, std::function<void()> claim_lost = end_process, Pace pace = Pace::threads);
    /// For commands that look at a store another process may be writing: no lock, no migration, no committer.
    static Result<std::unique_ptr<Store>> open_reader(const std::string& store_url, const Clock& clock);
    [[noreturn]] static void end_process();
    ~Store();

    Committer& committer() { return *committer_; }
    const Clock& clock() const { return clock_; }
    /// Lends a read-only session to `read`, which may run twice: a connection that was lost is replaced once.  Any thread.
    /// Never hold two at once.
    template <class F>
    auto read(F&& read) {
        try {
            Lease lease(*this);
            return read(*lease.session);
        } catch (const StoreError& e) {
            if (e.kind() != StoreError::Kind::lost) throw;
            forget_sessions();
        }
        Lease lease(*this);
        return read(*lease.session);
    }
    /// As read(), for what others will rely on (events, the chain's head): returns when the disk has all that was read.
    template <class F>
    auto read_durable(F&& read) {
        auto out = this->read(std::forward<F>(read));
        if (committer_) committer_->wait_durable();
        return out;
    }
    Engine& engine() { return *engine_; }
    /// After something personal was deleted: soon it will not stand in the store's log either.  Any thread.
    void scrub();
    /// Finishes the committer's work; nothing can be written afterwards.
    void close();

  private:
    struct Lease {
        explicit Lease(Store& s) : store(s), session(s.take()) {}
        ~Lease() { store.give(std::move(session)); }
        Store& store;
        std::unique_ptr<Session> session;
    };
    Store(std::unique_ptr<Engine> engine, const Clock& clock, Access access, Pace pace);
    std::unique_ptr<Session> take();
    void give(std::unique_ptr<Session> session);
    void forget_sessions();
    void checkpoint_loop();

    std::unique_ptr<Engine> engine_;
    const Clock& clock_;
    std::unique_ptr<Committer> committer_;
    std::mutex mutex_;
    std::vector<std::unique_ptr<Session>> idle_;
    std::mutex checkpoint_mutex_;
    std::condition_variable checkpoint_wake_;
    std::atomic<bool> scrub_{false};
    bool closing_ = false;
    std::thread checkpointer_;
};

}  // namespace turnpike::store
