#include "host/store/sqlite_session.hpp"

#include <sqlite3.h>

#include <Poco/Data/SQLite/Connector.h>
#include <Poco/Data/SQLite/Utility.h>
#include <Poco/Data/Session.h>

#include <mutex>

#include "host/store/error.hpp"
#include "host/store/sqlite_statement.hpp"

namespace turnpike::store {
namespace {

/// The cache is small on purpose: when a page was split, SQLite walks through all of it at the commit, which costs more than
/// reading a page again from the system's own cache.
constexpr const char* kWriterPragmas =
    "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA foreign_keys=OFF; PRAGMA busy_timeout=5000;"
    "PRAGMA temp_store=MEMORY; PRAGMA cache_size=-8192; PRAGMA wal_autocheckpoint=0;"
    "PRAGMA secure_delete=ON;";
constexpr const char* kReaderPragmas =
    "PRAGMA busy_timeout=5000; PRAGMA temp_store=MEMORY; PRAGMA cache_size=-8192; PRAGMA query_only=ON;";

/// A session is one thread's at a time, so its own locks would be taken for nothing, and so would the lock around the count
/// of bytes that nobody reads.  Before SQLite is first used; later it refuses, and goes on as it was.
void settle_on_threads() {
    static std::once_flag once;
    std::call_once(once, [] {
        sqlite3_config(SQLITE_CONFIG_MULTITHREAD);
        sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0);
        constexpr int kSlotBytes = 1200, kSlots = 400;
        sqlite3_config(SQLITE_CONFIG_LOOKASIDE, kSlotBytes, kSlots);
    });
}

std::unique_ptr<Poco::Data::Session> open_session(const std::string& path) {
    settle_on_threads();
    Poco::Data::SQLite::Connector::registerConnector();
    try {
        return std::make_unique<Poco::Data::Session>(Poco::Data::SQLite::Connector::KEY, path);
    } catch (const Poco::Exception& e) {
        throw StoreError(StoreError::Kind::other, "cannot open " + path + ": " + e.displayText());
    }
}

}  // namespace

SqliteSession::SqliteSession(const std::string& path, Access access)
    : session_(open_session(path)), db_(Poco::Data::SQLite::Utility::dbHandle(*session_)) {
    sqlite3_extended_result_codes(db_, 1);
    script(access == Access::read_only ? kReaderPragmas : kWriterPragmas);
    if (access == Access::committer) script("PRAGMA synchronous=NORMAL");
}

SqliteSession::~SqliteSession() { forget_statements(); }

void SqliteSession::script(const std::string& sql) {
    char* message = nullptr;
    const int code = sqlite3_exec(db_, sql.c_str(), nullptr, nullptr, &message);
    if (code == SQLITE_OK) return;
    const std::string text = message ? message : sqlite3_errmsg(db_);
    sqlite3_free(message);
    throw StoreError((code & 0xff) == SQLITE_FULL ? StoreError::Kind::full : StoreError::Kind::other, text);
}

std::unique_ptr<Statement> SqliteSession::prepare(const std::string& sql) { return std::make_unique<SqliteStatement>(db_, sql); }
std::unique_ptr<Statement> SqliteSession::prepare_lasting(const char* sql) { return std::make_unique<SqliteStatement>(db_, sql); }
int64_t SqliteSession::last_row() { return sqlite3_last_insert_rowid(db_); }
int64_t SqliteSession::changes() const { return sqlite3_changes(db_); }

}  // namespace turnpike::store
