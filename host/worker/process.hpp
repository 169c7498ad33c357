#pragma once

#include <sys/types.h>

#include <filesystem>
#include <optional>
#include <string>
#include <utility>

#include "host/worker/frame.hpp"

namespace turnpike::worker {

/// One turnpike-worker with a plugin's sealed bytes and one end of a socket pair, and nothing else: no other descriptor,
/// an empty environment, /dev/null for its standard streams.  Killed and reaped when this is destroyed.  One thread at a time.
class Process {
  public:
    /// nullopt: it could not be started; `why` says.
    static std::optional<Process> start(const std::filesystem::path& program, int plugin_fd, std::string& why);
    Process(Process&& other) noexcept : pid_(std::exchange(other.pid_, -1)), fd_(std::exchange(other.fd_, -1)) {}
    Process& operator=(Process&& other) noexcept {
        std::swap(pid_, other.pid_);
        std::swap(fd_, other.fd_);
        return *this;
    }
    ~Process() { end(); }

    bool send(FrameType type, uint64_t call, std::string_view bytes) { return send_frame(fd_, type, call, bytes); }
    /// Waits for at most this long for the next bytes of a frame.
    ReadEnd read(Frame& into, int64_t timeout_ms);
    /// Kills it if it still lives; how it ended, in words ("was killed by signal 11 (Segmentation fault)").
    std::string end();
    pid_t pid() const { return pid_; }

  private:
    Process(pid_t pid, int fd) : pid_(pid), fd_(fd) {}
    pid_t pid_ = -1;
    int fd_ = -1;
    int64_t timeout_ms_ = -1;
};

}  // namespace turnpike::worker
