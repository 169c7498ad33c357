#include "host/store/wal_sync.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <filesystem>

namespace turnpike::store {

WalSync::~WalSync() {
    if (fd_ >= 0) ::close(fd_);
}

bool WalSync::sync() {
    if (fd_ < 0 && !open()) return false;
    return ::fdatasync(fd_) == 0;
}

// The log lives as long as a session of this process has the store open, so it is opened once.  Its name must be as
// durable as its bytes.
bool WalSync::open() {
    const std::filesystem::path log = path_ + "-wal";
    fd_ = ::open(log.c_str(), O_RDONLY | O_CLOEXEC);
    if (fd_ < 0) return false;
    const std::string folder = log.parent_path().empty() ? "." : log.parent_path().string();
    const int folder_fd = ::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (folder_fd < 0) return false;
    const bool named = ::fsync(folder_fd) == 0;
    ::close(folder_fd);
    return named;
}

}  // namespace turnpike::store
