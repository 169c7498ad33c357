#pragma once

#include <optional>
#include <string>
#include <vector>

#include "host/store/statement.hpp"

struct pg_conn;
struct pg_result;

namespace turnpike::store {

/// Throws the StoreError that fits a failed answer of the server, or a connection that is gone.
[[noreturn]] void throw_postgres(pg_conn* connection, const pg_result* result);

struct PostgresResultDelete {
    void operator()(pg_result* result) const;
};
using PostgresResult = std::unique_ptr<pg_result, PostgresResultDelete>;

/// Parameters and values travel as text, bytes as bytes.
class PostgresStatement final : public Statement {
  public:
    /// `changes` is told how many rows a run changed.  `cursor`: rows are fetched in portions (large reads in a snapshot).
    PostgresStatement(pg_conn* connection, std::string_view sql, std::string name, int64_t& changes, const bool& cursor);
    ~PostgresStatement() override;

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
    void execute();
    void execute_in_portions();
    bool next_portion();

    pg_conn* connection_;
    std::string sql_, name_;
    int64_t& changes_;
    const bool& cursor_wanted_;
    bool cursor_open_ = false;
    std::vector<std::optional<std::string>> values_;
    std::vector<bool> bytes_;  ///< the parameter is a bytea
    PostgresResult result_;
    int row_ = -1;
    mutable std::vector<std::optional<std::string>> decoded_;  ///< bytes of this row's bytea columns
};

}  // namespace turnpike::store
