#pragma once

#include <string>

namespace turnpike::store {

/// Makes durable what SQLite has written to the write-ahead log beside `path`.  The committing session runs with
/// synchronous=NORMAL, which never waits for the disk at a commit; this is where the wait happens instead.
class WalSync {
  public:
    explicit WalSync(std::string path) : path_(std::move(path)) {}
    ~WalSync();
    WalSync(const WalSync&) = delete;
    WalSync& operator=(const WalSync&) = delete;

    /// False when the disk refused: nobody knows then what it kept.
    bool sync();

  private:
    bool open();

    std::string path_;
    int fd_ = -1;
};

}  // namespace turnpike::store
