#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>

#include "host/store/statement.hpp"

namespace Poco::Data {
class Session;
}

namespace turnpike::store {

/// `committer`: writes, and waits for the disk by itself (wal_sync.hpp).
enum class Access { read_only, read_write, committer };

/// One connection to the store: a Poco::Data session, with persistent prepared statements on its own handle because
/// Poco's bindings cost half of what SQLite can commit.  One thread at a time.
class Session {
  public:
    Session(const std::string& path, Access access);
    ~Session();
    Session(const Session&) = delete;
    Session& operator=(const Session&) = delete;

    /// Runs a statement that gives no rows; the number of rows it changed.  `sql` must be a literal: its address is
    /// the cache's key.
    template <class... Args>
    int64_t run(const char* sql, const Args&... args) {
        Statement& statement = prepared(sql);
        Rows rows(statement);
        bind_all(statement, args...);
        while (rows.next()) {}
        return changes();
    }
    /// The rows of a query.  Not re-entrant for the same text.
    template <class... Args>
    Rows query(const char* sql, const Args&... args) {
        Statement& statement = prepared(sql);
        bind_all(statement, args...);
        return Rows(statement);
    }
    /// Several statements without parameters (migrations, BEGIN, SAVEPOINT).
    void script(const std::string& sql);
    /// For texts put together at run time; never cached.
    std::unique_ptr<Statement> prepare(const std::string& sql);
    int64_t last_row() const;
    sqlite3* handle() const { return db_; }

  private:
    template <class... Args>
    static void bind_all(Statement& statement, const Args&... args) {
        int index = 0;
        (statement.bind(++index, args), ...);
    }
    Statement& prepared(const char* sql);
    int64_t changes() const;

    std::unique_ptr<Poco::Data::Session> session_;
    sqlite3* db_;
    std::unordered_map<const char*, std::unique_ptr<Statement>> statements_;
};

}  // namespace turnpike::store
