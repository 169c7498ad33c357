#pragma once

#include <vector>

#include "host/store/statement.hpp"

struct sqlite3;
struct sqlite3_stmt;

namespace turnpike::store {

class SqliteStatement final : public Statement {
  public:
    SqliteStatement(sqlite3* db, std::string_view sql);
    ~SqliteStatement() override;

    using Statement::bind;
    void bind(int index, std::nullptr_t) override;
    void bind(int index, int64_t value) override;
    void bind(int index, std::string_view text) override;
    void bind(int index, Blob blob) override;
    bool step() override;
    void reset() override;
    bool is_null(int column) const override;
    int64_t integer(int column) const override;
    std::string_view view(int column) const override;

  private:
    int place(int index) const { return places_.at(static_cast<size_t>(index) - 1); }

    sqlite3* db_;
    sqlite3_stmt* raw_ = nullptr;
    std::vector<int> places_;  ///< SQLite numbers $n by first appearance
};

}  // namespace turnpike::store
