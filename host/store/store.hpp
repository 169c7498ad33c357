#pragma once

#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "host/base/clock.hpp"
#include "host/base/result.hpp"
#include "host/store/committer.hpp"

namespace turnpike::store {

/// The store of one installation: the committer, a pool of read-only sessions, and the checkpointer.
class Store {
  public:
    /// Opens (creates, migrates after a backup) `path`, and locks its folder against a second host.
    /// Failures: 503 store_unavailable, store_locked, 409 schema_newer.
    static Result<std::unique_ptr<Store>> open(const std::string& path, const Clock& clock);
    /// For commands that look at a store another process may be writing: no lock, no migration, no committer.
    static Result<std::unique_ptr<Store>> open_reader(const std::string& path, const Clock& clock);
    ~Store();

    Committer& committer() { return *committer_; }
    const Clock& clock() const { return clock_; }
    /// Lends a read-only session to `read`; any thread.  Never hold two at once.
    template <class F>
    auto read(F&& read) {
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
    const std::string& path() const { return path_; }
    /// Finishes the committer's work; nothing can be written afterwards.
    void close();

  private:
    struct Lease {
        explicit Lease(Store& s) : store(s), session(s.take()) {}
        ~Lease() { store.give(std::move(session)); }
        Store& store;
        std::unique_ptr<Session> session;
    };
    Store(std::string path, const Clock& clock, int lock_fd);
    std::unique_ptr<Session> take();
    void give(std::unique_ptr<Session> session);
    void checkpoint_loop();

    std::string path_;
    const Clock& clock_;
    int lock_fd_;
    std::unique_ptr<Committer> committer_;
    std::mutex mutex_;
    std::vector<std::unique_ptr<Session>> idle_;
    std::mutex checkpoint_mutex_;
    std::condition_variable checkpoint_wake_;
    bool closing_ = false;
    std::thread checkpointer_;
};

/// "sqlite:/path/x.db" -> "/path/x.db"; failure names what is supported.
Result<std::string> sqlite_path(const std::string& store_url);

}  // namespace turnpike::store
