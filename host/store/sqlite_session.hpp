#pragma once

#include "host/store/session.hpp"

namespace Poco::Data {
class Session;
}
struct sqlite3;

namespace turnpike::store {

/// A Poco::Data session, with statements on its own handle because Poco's bindings cost half of what SQLite can commit.
class SqliteSession final : public Session {
  public:
    SqliteSession(const std::string& path, Access access);
    ~SqliteSession() override;

    void script(const std::string& sql) override;
    std::unique_ptr<Statement> prepare(const std::string& sql) override;
    int64_t last_row() override;
    void begin() override { script("BEGIN IMMEDIATE"); }
    void snapshot() override { script("BEGIN"); }
    sqlite3* handle() const { return db_; }

  private:
    std::unique_ptr<Statement> prepare_lasting(const char* sql) override;
    int64_t changes() const override;

    std::unique_ptr<Poco::Data::Session> session_;
    sqlite3* db_;
};

}  // namespace turnpike::store
