#include "host/store/store.hpp"

#include <fcntl.h>
#include <sqlite3.h>
#include <sys/file.h>
#include <unistd.h>

#include <chrono>

#include "host/store/error.hpp"
#include "host/store/migrate.hpp"

namespace turnpike::store {
namespace {

constexpr size_t kIdleSessionsMax = 8;
constexpr auto kCheckpointEvery = std::chrono::milliseconds(500);

/// Two hosts on one SQLite file would both believe to be the only writer.
Result<int> lock_folder(const std::string& path) {
    const std::string file = path + ".lock";
    const int fd = ::open(file.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    if (fd < 0) return failure(503, "store_unavailable", "cannot create " + file);
    if (::flock(fd, LOCK_EX | LOCK_NB) == 0) return fd;
    ::close(fd);
    return failure(503, "store_locked", path + " is in use by another host");
}

}  // namespace

Result<std::string> sqlite_path(const std::string& store_url) {
    if (store_url.rfind("sqlite:", 0) == 0 && store_url.size() > 7) return store_url.substr(7);
    return failure(503, "store_unsupported", "this build opens sqlite:PATH stores only");
}

Result<std::unique_ptr<Store>> Store::open(const std::string& path, const Clock& clock) {
    auto lock = lock_folder(path);
    if (!lock) return Failure(lock.error());
    try {
        auto migrated = migrate(path, clock);
        if (!migrated) {
            ::close(*lock);
            return Failure(migrated.error());
        }
        return std::unique_ptr<Store>(new Store(path, clock, *lock));
    } catch (const StoreError& e) {
        ::close(*lock);
        return failure(503, "store_unavailable", path + ": " + e.what());
    }
}

Result<std::unique_ptr<Store>> Store::open_reader(const std::string& path, const Clock& clock) {
    if (::access(path.c_str(), R_OK) != 0) return failure(503, "store_unavailable", path + " cannot be read");
    return std::unique_ptr<Store>(new Store(path, clock, -1));
}

Store::Store(std::string path, const Clock& clock, int lock_fd) : path_(std::move(path)), clock_(clock), lock_fd_(lock_fd) {
    if (lock_fd_ < 0) return;
    committer_ = std::make_unique<Committer>(path_, clock);
    checkpointer_ = std::thread([this] { checkpoint_loop(); });
}

Store::~Store() {
    close();
    if (lock_fd_ >= 0) ::close(lock_fd_);
}

void Store::close() {
    if (committer_) committer_->stop();
    {
        std::lock_guard lock(checkpoint_mutex_);
        closing_ = true;
    }
    checkpoint_wake_.notify_all();
    if (checkpointer_.joinable()) checkpointer_.join();
}

std::unique_ptr<Session> Store::take() {
    {
        std::lock_guard lock(mutex_);
        if (!idle_.empty()) {
            auto session = std::move(idle_.back());
            idle_.pop_back();
            return session;
        }
    }
    return std::make_unique<Session>(path_, Access::read_only);
}

void Store::give(std::unique_ptr<Session> session) {
    std::lock_guard lock(mutex_);
    if (session && idle_.size() < kIdleSessionsMax) idle_.push_back(std::move(session));
}

void Store::checkpoint_loop() {
    Session session(path_, Access::read_write);
    std::unique_lock lock(checkpoint_mutex_);
    uint64_t seen = 0;
    while (!closing_) {
        checkpoint_wake_.wait_for(lock, kCheckpointEvery, [&] { return closing_; });
        const uint64_t commits = committer_->stats().commits;
        if (commits == seen) continue;
        seen = commits;
        sqlite3_wal_checkpoint_v2(session.handle(), nullptr, SQLITE_CHECKPOINT_PASSIVE, nullptr, nullptr);
    }
    sqlite3_wal_checkpoint_v2(session.handle(), nullptr, SQLITE_CHECKPOINT_TRUNCATE, nullptr, nullptr);
}

}  // namespace turnpike::store
