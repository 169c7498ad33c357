#pragma once

#include "host/store/engine.hpp"
#include "host/store/wal_sync.hpp"

namespace turnpike::store {

/// One file in WAL mode, locked against a second host.
class SqliteEngine final : public Engine {
  public:
    explicit SqliteEngine(std::string path) : path_(std::move(path)), wal_(path_) {}
    ~SqliteEngine() override;

    std::string name() const override { return path_; }
    std::unique_ptr<Session> open(Access access) override;
    Result<void> claim(std::function<void()> lost) override;
    Result<int> schema_number() override;
    /// A file that exists is copied to `<path>.before-<number>-<now>` first.
    Result<int> migrate(const Clock& clock) override;
    bool migrates_at_start() const override { return true; }
    bool make_durable() override { return wal_.sync(); }
    void bound_log(Session& session) override;
    bool checkpoint(Checkpoint kind) override;

  private:
    std::string path_;
    WalSync wal_;
    int lock_fd_ = -1;
    uint64_t since_look_ = 0;
    std::unique_ptr<Session> checkpoints_;
};

}  // namespace turnpike::store
