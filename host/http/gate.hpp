#pragma once

#include <atomic>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <unordered_map>
#include <vector>

#include "host/base/result.hpp"
#include "host/base/workers.hpp"
#include "host/http/connection.hpp"
#include "host/http/proxies.hpp"
#include "host/http/router.hpp"
#include "host/http/timer_wheel.hpp"

namespace turnpike::http {

/// One line of the access log; `route` is the pattern, never the path (paths of hooks are secrets).
struct AccessLine {
    std::string method, route, request_id, remote_ip;
    int status = 0;
    int64_t duration_us = 0;
    size_t bytes = 0;
};

struct GateOptions {
    std::string address = "127.0.0.1";
    uint16_t port = 0;  ///< 0 = any
    int64_t head_timeout_ms = 10000;  ///< from the first byte to the end of the head
    int64_t body_timeout_ms = 30000;  ///< from the end of the head to the end of the body
    int64_t idle_timeout_ms = 60000;
    size_t connections_max = 10000;
    std::vector<std::string> trusted_proxies;
};

/// The front door: one epoll loop that owns every socket until a whole request lies in its buffer, and writes answers
/// whenever they come (architecture.md 9, docs/adr/0001-gate.md).  Slow clients cost a buffer, never a thread.
class Gate {
  public:
    Gate(GateOptions options, const Router& router, Workers& workers, std::function<std::string()> make_request_id,
         std::function<void(const AccessLine&)> access_log);
    ~Gate();

    /// Listens and starts the loop.  Failure: 503 listen_failed.
    Result<void> start();
    uint16_t port() const { return port_; }
    /// Takes no new connections, answers what was asked, and ends; at most `timeout_ms`.
    void drain(int64_t timeout_ms);
    size_t connections() const { return connection_count_; }

  private:
    struct Client;
    enum class Stage { idle, head, body };
    using ClientId = uint64_t;
    struct Answer {
        ClientId client;
        uint64_t place;
        std::string bytes;
        bool close;
    };

    void loop();
    void on_accept();
    void stop_listening();
    void on_readable(Client& client);
    void read_requests(Client& client);
    void dispatch(Client& client, Request request);
    void deliver_answers();
    void flush(Client& client);
    void finish(Client& client);
    void set_deadline(Client& client);
    void on_deadline(ClientId id);
    void close_client(Client& client);
    void watch(Client& client);
    static size_t body_max(void* self, const Request& head);

    GateOptions options_;
    const Router& router_;
    Workers& workers_;
    std::function<std::string()> make_request_id_;
    std::function<void(const AccessLine&)> access_log_;
    TrustedProxies proxies_;
    int listener_ = -1;
    int epoll_ = -1;
    int wake_ = -1;
    uint16_t port_ = 0;
    std::unordered_map<ClientId, std::unique_ptr<Client>> clients_;
    ClientId next_id_ = 16;
    TimerWheel<ClientId> wheel_;
    std::mutex answers_mutex_;
    std::vector<Answer> answers_;
    std::atomic<bool> draining_{false};
    std::atomic<bool> stop_{false};
    std::atomic<size_t> connection_count_{0};
    std::thread thread_;
};

}  // namespace turnpike::http
