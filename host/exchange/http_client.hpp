#pragma once

#include <curl/curl.h>

#include <atomic>
#include <deque>
#include <map>
#include <memory>
#include <thread>
#include <unordered_map>

#include "host/exchange/curl_transfer.hpp"
#include "host/exchange/loop.hpp"
#include "host/exchange/socket_poll.hpp"

namespace turnpike::exchange {

/// libcurl's multi interface and epoll on one thread: pooled connections, HTTP/2, thousands of requests in flight.  The thread
/// also runs the exchange's tasks and timers.
class HttpClient final : public Transfers {
  public:
    HttpClient();
    ~HttpClient() override;

    Loop& loop() { return loop_; }
    /// On the exchange's thread only.
    void start(TransferRequest request, std::function<void(TransferEnd)> done) override;
    size_t in_flight() const { return in_flight_; }

  private:
    void run();
    void begin(std::unique_ptr<CurlTransfer> transfer);
    void take_finished();
    void mark_resolved(const std::string& authority);

    /// libcurl's resolver starts a thread for every name it has to look up: per name only one request goes ahead, the
    /// others wait until it was resolved.
    struct Gate {
        int64_t warm_until_ms = 0;
        bool resolving = false;
        std::deque<std::unique_ptr<CurlTransfer>> waiting;
    };

    CURLM* multi_;
    SocketPoll poll_;
    Loop loop_;
    std::unordered_map<CURL*, std::unique_ptr<CurlTransfer>> running_;
    std::unordered_map<CURL*, std::string> authority_;
    std::map<std::string, Gate> gates_;
    std::atomic<size_t> in_flight_{0};
    std::atomic<bool> stopping_{false};
    std::thread thread_;
};

}  // namespace turnpike::exchange
