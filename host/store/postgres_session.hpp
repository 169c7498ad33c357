#pragma once

#include <functional>

#include "host/store/session.hpp"

struct pg_conn;

namespace turnpike::store {

/// libpq with statements prepared once.  Poco::Data's PostgreSQL connector takes no URL, no TLS options and no
/// search_path, and prepares every statement anew (ADR 0005).
class PostgresSession final : public Session {
  public:
    /// Throws StoreError::Kind::lost when the server cannot be reached.
    PostgresSession(const std::string& url, Access access);
    ~PostgresSession() override;

    /// Becomes the store's one writer: the lock lasts as long as this connection.  false: another one is.
    bool claim(std::function<void()> lost);

    void script(const std::string& sql) override;
    std::unique_ptr<Statement> prepare(const std::string& sql) override;
    int64_t last_row() override;
    void begin() override;
    void commit() override;
    void snapshot() override;
    Recovery recover() override;
    void keep_alive() override;

  private:
    void connect();
    std::string one(const std::string& sql);
    bool take_lock();
    Recovery reclaim();
    std::unique_ptr<Statement> prepare_lasting(const char* sql) override;
    int64_t changes() const override { return changes_; }

    std::string url_;
    Access access_;
    pg_conn* connection_ = nullptr;
    int64_t changes_ = 0;
    uint64_t names_ = 0;
    bool portions_ = false;        ///< large reads come in portions
    std::string fence_;            ///< the number this claim has; every claim has its own
    std::string transaction_;      ///< the server's name for the one that is open
    bool committing_ = false;
    std::function<void()> lost_;
};

}  // namespace turnpike::store
