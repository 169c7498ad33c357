#pragma once

#include <curl/curl.h>

#include <atomic>
#include <cstdint>
#include <optional>

namespace turnpike::exchange {

/// Waits for the sockets of a libcurl multi handle with epoll, so that a turn costs what is ready, not what is open.
/// One thread, but for wake().
class SocketPoll {
  public:
    /// `multi` is the caller's, and outlives it.
    explicit SocketPoll(CURLM* multi);
    ~SocketPoll();
    SocketPoll(const SocketPoll&) = delete;
    SocketPoll& operator=(const SocketPoll&) = delete;

    /// Waits at most `wait_ms` for a socket, for libcurl's own timer or for wake(), and lets libcurl do what is due.
    void turn(int64_t wait_ms);
    /// Any thread: ends the wait, or the next one.
    void wake();

  private:
    static int on_socket(CURL* easy, curl_socket_t fd, int what, void* opaque, void* known);
    static int on_timer(CURLM* multi, long timeout_ms, void* opaque);
    void act(curl_socket_t fd, int events);

    CURLM* multi_;
    int epoll_;
    int event_;
    std::optional<int64_t> due_ms_;  ///< when libcurl wants to be called though no socket is ready
    std::atomic<bool> woken_{false};
};

}  // namespace turnpike::exchange
