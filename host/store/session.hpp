#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>

#include "host/store/statement.hpp"

namespace turnpike::store {

/// `committer`: writes, and is told apart because the store may be made durable by somebody else (engine.hpp).
enum class Access { read_only, read_write, committer };

/// What became of a transaction whose connection was lost.
enum class Recovery { again, committed, gave_up };

/// One connection to the store, with persistent prepared statements.  One thread at a time.
class Session {
  public:
    Session() = default;
    virtual ~Session() = default;
    Session(const Session&) = delete;
    Session& operator=(const Session&) = delete;

    /// Runs a statement that gives no rows; the number of rows it changed.  `sql` must be a literal: its address is
    /// the cache's key.
    template <class... Args>
    int64_t run(const char* sql, const Args&... args) {
        Statement& statement = prepared(sql);
        Rows rows(statement);
        statement.lend(true);
        bind_all(statement, args...);
        while (rows.next()) {}
        return changes();
    }
    /// The rows of a query.  Not re-entrant for the same text.
    template <class... Args>
    Rows query(const char* sql, const Args&... args) {
        Statement& statement = prepared(sql);
        statement.lend(false);
        bind_all(statement, args...);
        return Rows(statement);
    }
    /// Several statements without parameters (migrations, SAVEPOINT).
    virtual void script(const std::string& sql) = 0;
    /// For texts put together at run time; never cached.
    virtual std::unique_ptr<Statement> prepare(const std::string& sql) = 0;
    /// The number the last INSERT gave its row.
    virtual int64_t last_row() = 0;

    /// A transaction that writes.
    virtual void begin() = 0;
    virtual void commit() { script("COMMIT"); }
    /// A transaction that reads: what it sees stands still.  Ends with rollback().
    virtual void snapshot() = 0;
    void rollback() { script("ROLLBACK"); }

    /// After StoreError::Kind::lost: connects again and finds out what became of the transaction.  Only of the committer.
    virtual Recovery recover() { return Recovery::gave_up; }
    /// Called about once a second while nothing is written, so that a lost connection is noticed.
    virtual void keep_alive() {}

  protected:
    void forget_statements() { statements_.clear(); }

  private:
    template <class... Args>
    static void bind_all(Statement& statement, const Args&... args) {
        int index = 0;
        (statement.bind(++index, args), ...);
    }
    Statement& prepared(const char* sql) {
        auto& slot = statements_[sql];
        if (!slot) slot = prepare_lasting(sql);
        return *slot;
    }
    virtual std::unique_ptr<Statement> prepare_lasting(const char* sql) = 0;
    virtual int64_t changes() const = 0;

    std::unordered_map<const char*, std::unique_ptr<Statement>> statements_;
};

}  // namespace turnpike::store
