#pragma once

#include "host/store/engine.hpp"

namespace turnpike::store {

/// One schema of a PostgreSQL database, shared by any number of hosts, of which one writes and the others stand by.
class PostgresEngine final : public Engine {
  public:
    explicit PostgresEngine(std::string url);

    std::string name() const override { return name_; }
    std::unique_ptr<Session> open(Access access) override;
    /// The claim is a lock the committer's own connection holds: whoever has lost the one cannot write over the other.
    Result<void> claim(std::function<void()> lost) override;
    Result<int> schema_number() override;
    /// Every step in one transaction, one process at a time.
    Result<int> migrate(const Clock& clock) override;
    bool migrates_at_start() const override { return false; }

  private:
    std::string url_, name_;
    std::unique_ptr<Session> committer_;  ///< from claim() until it is asked for
};

}  // namespace turnpike::store
