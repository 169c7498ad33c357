#include "host/store/sqlite_engine.hpp"

#include <fcntl.h>
#include <sqlite3.h>
#include <sys/file.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>

#include "host/store/error.hpp"
#include "host/store/migrate.hpp"
#include "host/store/sqlite_session.hpp"

namespace turnpike::store {
namespace {

/// Beyond this the WAL is emptied by the committer itself: the checkpointer could not keep up.
constexpr int kWalPagesMax = 65536;
/// A look at the WAL's size costs a checkpoint call: once in a while is enough.
constexpr uint64_t kLookEvery = 4096;

int pragma_number(Session& session) {
    auto rows = session.query("PRAGMA user_version");
    return rows.next() ? static_cast<int>(rows.integer(0)) : 0;
}

void back_up(Session& session, const std::string& to) {
    auto statement = session.prepare("VACUUM INTO $1");
    statement->bind(1, to);
    while (statement->step()) {}
}

sqlite3* handle_of(Session& session) { return static_cast<SqliteSession&>(session).handle(); }

}  // namespace

SqliteEngine::~SqliteEngine() {
    if (lock_fd_ >= 0) ::close(lock_fd_);
}

std::unique_ptr<Session> SqliteEngine::open(Access access) { return std::make_unique<SqliteSession>(path_, access); }

/// Two hosts on one SQLite file would both believe to be the only writer.
Result<void> SqliteEngine::claim(std::function<void()>) {
    std::error_code none;
    std::filesystem::create_directories(std::filesystem::path(path_).parent_path(), none);
    const std::string file = path_ + ".lock";
    const int fd = ::open(file.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    if (fd < 0) return failure(503, "store_unavailable", "cannot create " + file);
    if (::flock(fd, LOCK_EX | LOCK_NB) != 0) {
        ::close(fd);
        return failure(503, "store_locked", path_ + " is in use by another host");
    }
    lock_fd_ = fd;
    return {};
}

Result<int> SqliteEngine::schema_number() {
    if (::access(path_.c_str(), R_OK) != 0) return failure(503, "store_unavailable", path_ + " cannot be read");
    return pragma_number(*open(Access::read_only));
}

Result<int> SqliteEngine::migrate(const Clock& clock) {
    SqliteSession session(path_, Access::read_write);
    const int from = pragma_number(session);
    const int newest = (migrations_end() - 1)->number;
    if (from > newest) return Failure(check_schema(path_, from).error());
    if (from > 0 && from < newest) back_up(session, path_ + ".before-" + std::to_string(newest) + "-" + std::to_string(clock.now_ms()));
    std::for_each(migrations_begin(), migrations_end(), [&](const Migration& m) {
        if (m.number <= from) return;
        session.script("BEGIN IMMEDIATE;" + std::string(m.sql) + "PRAGMA user_version=" + std::to_string(m.number) + ";COMMIT;");
    });
    return newest;
}

void SqliteEngine::bound_log(Session& session) {
    if (++since_look_ % kLookEvery != 0) return;
    int pages = 0;
    sqlite3_wal_checkpoint_v2(handle_of(session), nullptr, SQLITE_CHECKPOINT_PASSIVE, &pages, nullptr);
    if (pages > kWalPagesMax) sqlite3_wal_checkpoint_v2(handle_of(session), nullptr, SQLITE_CHECKPOINT_RESTART, nullptr, nullptr);
}

bool SqliteEngine::checkpoint(Checkpoint kind) {
    if (!checkpoints_) checkpoints_ = open(Access::read_write);
    return sqlite3_wal_checkpoint_v2(handle_of(*checkpoints_), nullptr, kind == Checkpoint::usual ? SQLITE_CHECKPOINT_PASSIVE : SQLITE_CHECKPOINT_TRUNCATE, nullptr, nullptr) == SQLITE_OK;
}

}  // namespace turnpike::store
