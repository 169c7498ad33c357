#include "host/http/gate.hpp"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>

#include "host/base/clock.hpp"

namespace turnpike::http {
namespace {

constexpr uint64_t kListener = 1;
constexpr uint64_t kWake = 2;
constexpr size_t kPipelineMax = 64;
constexpr size_t kOutMax = 1u << 20;  ///< beyond this a client that does not read is not read from either
constexpr int kTickMs = 250;
constexpr int64_t kLingerMs = 3000;

void epoll_set(int epoll, int op, int fd, uint32_t events, uint64_t id) {
    epoll_event event{};
    event.events = events;
    event.data.u64 = id;
    ::epoll_ctl(epoll, op, fd, &event);
}

std::string address_text(const sockaddr_storage& peer) {
    char text[INET6_ADDRSTRLEN] = {};
    if (peer.ss_family == AF_INET) inet_ntop(AF_INET, &reinterpret_cast<const sockaddr_in&>(peer).sin_addr, text, sizeof text);
    else inet_ntop(AF_INET6, &reinterpret_cast<const sockaddr_in6&>(peer).sin6_addr, text, sizeof text);
    return text;
}

Result<int> listen_on(const std::string& address, uint16_t port) {
    const bool v6 = address.find(':') != std::string::npos;
    const int fd = ::socket(v6 ? AF_INET6 : AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    const int on = 1;
    ::setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    sockaddr_in in4{};
    in4.sin_family = AF_INET;
    in4.sin_port = htons(port);
    sockaddr_in6 in6{};
    in6.sin6_family = AF_INET6;
    in6.sin6_port = htons(port);
    const std::string name = address == "localhost" ? "127.0.0.1" : address;
    const bool parsed = v6 ? inet_pton(AF_INET6, name.c_str(), &in6.sin6_addr) == 1 : inet_pton(AF_INET, name.c_str(), &in4.sin_addr) == 1;
    const auto* where = v6 ? reinterpret_cast<const sockaddr*>(&in6) : reinterpret_cast<const sockaddr*>(&in4);
    const socklen_t size = v6 ? sizeof in6 : sizeof in4;
    if (parsed && ::bind(fd, where, size) == 0 && ::listen(fd, 1024) == 0) return fd;
    ::close(fd);
    return failure(503, "listen_failed", "cannot listen on " + address + ":" + std::to_string(port));
}



uint16_t bound_port(int fd) {
    sockaddr_storage bound{};
    socklen_t size = sizeof bound;
    ::getsockname(fd, reinterpret_cast<sockaddr*>(&bound), &size);
    return ntohs(bound.ss_family == AF_INET ? reinterpret_cast<sockaddr_in&>(bound).sin_port : reinterpret_cast<sockaddr_in6&>(bound).sin6_port);
}

}  // namespace

struct Gate::Client {
    Client(ClientId i, int f, std::string p, Gate& gate) : id(i), fd(f), peer(std::move(p)), connection(&Gate::body_max, &gate) {}
    ClientId id;
    int fd;
    std::string peer;
    Connection connection;
    uint32_t watched = 0;
    int64_t deadline_ms = 0;
    int64_t wheel_ms = INT64_MAX;  ///< the earliest slot the wheel has for it
    bool read_closed = false;
    bool lingering = false;  ///< answered and done; what still arrives is read and dropped
    Stage stage = Stage::head;  ///< a new connection owes its first head
    uint64_t requests_seen = 0;
};

Gate::Gate(GateOptions options, const Router& router, Workers& workers, std::function<std::string()> make_request_id,
           std::function<void(const AccessLine&)> access_log)
    : options_(std::move(options)), router_(router), workers_(workers), make_request_id_(std::move(make_request_id)),
      access_log_(std::move(access_log)), proxies_(options_.trusted_proxies), wheel_(steady_ms()) {}

Gate::~Gate() {
    stop_ = true;
    if (wake_ >= 0) ::eventfd_write(wake_, 1);
    if (thread_.joinable()) thread_.join();
    for (auto& [id, client] : clients_) ::close(client->fd);
    for (const int fd : {listener_, epoll_, wake_})
        if (fd >= 0) ::close(fd);
}

Result<void> Gate::start() {
    const auto fd = listen_on(options_.address, options_.port);
    if (!fd) return Failure(fd.error());
    listener_ = *fd;
    port_ = bound_port(listener_);
    epoll_ = ::epoll_create1(EPOLL_CLOEXEC);
    wake_ = ::eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC);
    epoll_set(epoll_, EPOLL_CTL_ADD, listener_, EPOLLIN, kListener);
    epoll_set(epoll_, EPOLL_CTL_ADD, wake_, EPOLLIN, kWake);
    thread_ = std::thread([this] { loop(); });
    return {};
}

void Gate::loop() {
    epoll_event events[256];
    while (!stop_) {
        const int n = ::epoll_wait(epoll_, events, 256, kTickMs);
        for (int i = 0; i < n; ++i) {
            const uint64_t id = events[i].data.u64;
            if (id == kListener) {
                on_accept();
                continue;
            }
            if (id == kWake) {
                eventfd_t count;
                ::eventfd_read(wake_, &count);
                continue;
            }
            // An id is never used twice, so an event of a connection that is gone finds nobody.
            const auto found = clients_.find(id);
            if (found == clients_.end()) continue;
            if (events[i].events & (EPOLLIN | EPOLLRDHUP | EPOLLHUP | EPOLLERR)) on_readable(*found->second);
            if (const auto still = clients_.find(id); still != clients_.end() && (events[i].events & EPOLLOUT)) flush(*still->second);
        }
        deliver_answers();
        wheel_.advance(steady_ms(), [this](ClientId id) { on_deadline(id); });
        if (draining_ && listener_ >= 0) stop_listening();
    }
}

void Gate::stop_listening() {
    ::close(listener_);
    listener_ = -1;
    std::vector<Client*> idle;
    for (auto& [id, client] : clients_)
        if (client->connection.waiting_answers() == 0 && !client->connection.in_request()) idle.push_back(client.get());
    for (Client* client : idle) close_client(*client);
}

void Gate::on_accept() {
    while (true) {
        sockaddr_storage peer{};
        socklen_t size = sizeof peer;
        const int fd = ::accept4(listener_, reinterpret_cast<sockaddr*>(&peer), &size, SOCK_NONBLOCK | SOCK_CLOEXEC);
        if (fd < 0) return;
        if (clients_.size() >= options_.connections_max) {
            ::close(fd);
            continue;
        }
        const int on = 1;
        ::setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
        const ClientId id = next_id_++;
        auto client = std::make_unique<Client>(id, fd, address_text(peer), *this);
        client->watched = EPOLLIN | EPOLLRDHUP;
        epoll_set(epoll_, EPOLL_CTL_ADD, fd, client->watched, id);
        set_deadline(*client);
        clients_.emplace(id, std::move(client));
        ++connection_count_;
    }
}

void Gate::on_readable(Client& client) {
    char buffer[32768];
    while (true) {
        const ssize_t n = ::recv(client.fd, buffer, sizeof buffer, 0);
        if (n > 0 && client.lingering) continue;
        if (n > 0) {
            client.connection.receive(buffer, static_cast<size_t>(n));
            if (static_cast<size_t>(n) == sizeof buffer) continue;
            break;
        }
        if (n < 0 && errno == EINTR) continue;
        if (n < 0 && (errno == EAGAIN || errno == EWOULDBLOCK)) break;
        // A client may close its half and still read the answer; an error ends both.
        if (n < 0) return close_client(client);
        client.read_closed = true;
        break;
    }
    if (client.lingering) return client.read_closed ? close_client(client) : void();
    read_requests(client);
}

void Gate::read_requests(Client& client) {
    while (client.connection.waiting_answers() < kPipelineMax && client.connection.out().size() < kOutMax) {
        auto request = client.connection.next_request();
        if (!request) break;
        dispatch(client, std::move(*request));
    }
    flush(client);
}

void Gate::dispatch(Client& client, Request request) {
    const uint64_t place = client.connection.last_place();
    const int64_t from_us = steady_us();
    request.request_id = make_request_id_();
    request.remote_ip = proxies_.client_of(client.peer, request);
    Router::Match match = router_.find(request.method, request.path);
    request.route = match.spec ? match.spec->pattern : "(none)";
    request.params = std::move(match.params);
    if (client.read_closed || draining_) request.keep_alive = false;
    auto shared = std::make_shared<const Request>(std::move(request));
    Reply reply([this, id = client.id, place, shared, from_us](Response response) {
        const bool close = !shared->keep_alive || draining_;
        std::string bytes = serialize(response, *shared, shared->request_id, close);
        access_log_({shared->method, shared->route, shared->request_id, shared->remote_ip, response.status, steady_us() - from_us, response.body.size()});
        bool first;
        {
            std::lock_guard lock(answers_mutex_);
            first = answers_.empty();
            answers_.push_back({id, place, std::move(bytes), close});
        }
        if (first) ::eventfd_write(wake_, 1);
    });
    if (!match.spec) {
        Response missing = match.allow.empty() ? problem_response(problem(404, "not_found", "There is nothing at this path."), shared->request_id)
                                               : problem_response(problem(405, "method_not_allowed", "This path takes " + match.allow + "."), shared->request_id);
        if (!match.allow.empty()) missing.headers.push_back({"Allow", match.allow});
        return reply.send(std::move(missing));
    }
    workers_.post([handler = match.handler, shared, reply] {
        try {
            (*handler)(shared, reply);
        } catch (const std::exception&) {
            reply.send(problem_response(problem(500, "internal", "The request failed inside the host."), shared->request_id));
        }
    });
}

void Gate::deliver_answers() {
    std::vector<Answer> answers;
    {
        std::lock_guard lock(answers_mutex_);
        answers.swap(answers_);
    }
    for (Answer& answer : answers) {
        const auto found = clients_.find(answer.client);
        if (found != clients_.end()) found->second->connection.answer(answer.place, std::move(answer.bytes), answer.close);
    }
    for (const Answer& answer : answers)
        if (const auto found = clients_.find(answer.client); found != clients_.end()) read_requests(*found->second);
}

void Gate::flush(Client& client) {
    std::string& out = client.connection.out();
    size_t sent = 0;
    while (sent < out.size()) {
        const ssize_t n = ::send(client.fd, out.data() + sent, out.size() - sent, MSG_NOSIGNAL);
        if (n > 0) sent += static_cast<size_t>(n);
        else if (n < 0 && errno == EINTR) continue;
        else if (n < 0 && (errno == EAGAIN || errno == EWOULDBLOCK)) break;
        else return close_client(client);
    }
    out.erase(0, sent);
    const bool idle = out.empty() && client.connection.waiting_answers() == 0;
    if (out.empty() && client.connection.wants_close()) return finish(client);
    if (idle && client.read_closed) return close_client(client);
    set_deadline(client);
    watch(client);
}

// Closing while a body still arrives would reset the connection, and the client would lose the answer that says why.
void Gate::finish(Client& client) {
    if (client.connection.phase() != Connection::Phase::refused || client.read_closed) return close_client(client);
    ::shutdown(client.fd, SHUT_WR);
    client.lingering = true;
    client.deadline_ms = steady_ms() + kLingerMs;
    client.wheel_ms = client.deadline_ms;
    wheel_.put(client.id, client.deadline_ms);
    watch(client);
}

void Gate::watch(Client& client) {
    uint32_t events = 0;
    const bool full = client.connection.out().size() >= kOutMax || client.connection.waiting_answers() >= kPipelineMax;
    if (!client.read_closed && !full) events |= EPOLLIN | EPOLLRDHUP;
    if (!client.connection.out().empty()) events |= EPOLLOUT;
    if (events == client.watched) return;
    client.watched = events;
    epoll_set(epoll_, EPOLL_CTL_MOD, client.fd, events, client.id);
}

// The deadline of a head or a body counts from its first byte: more bytes do not move it.
void Gate::set_deadline(Client& client) {
    const Connection& c = client.connection;
    const Stage stage = !c.in_request() ? Stage::idle : c.phase() == Connection::Phase::body ? Stage::body : Stage::head;
    const bool same = stage == client.stage && c.requests_seen() == client.requests_seen;
    client.stage = stage;
    client.requests_seen = c.requests_seen();
    if (same && stage != Stage::idle) return;
    const int64_t allowed_ms = stage == Stage::idle ? options_.idle_timeout_ms : stage == Stage::head ? options_.head_timeout_ms : options_.body_timeout_ms;
    client.deadline_ms = steady_ms() + allowed_ms;
    if (client.deadline_ms >= client.wheel_ms) return;
    client.wheel_ms = client.deadline_ms;
    wheel_.put(client.id, client.deadline_ms);
}

void Gate::on_deadline(ClientId id) {
    const auto found = clients_.find(id);
    if (found == clients_.end()) return;
    Client& client = *found->second;
    client.wheel_ms = INT64_MAX;
    if (client.lingering) return close_client(client);
    const bool waits_for_us = client.connection.waiting_answers() > 0 && client.connection.out().empty();
    if (waits_for_us) client.deadline_ms = steady_ms() + options_.idle_timeout_ms;
    if (client.deadline_ms > steady_ms()) {
        client.wheel_ms = client.deadline_ms;
        return wheel_.put(id, client.deadline_ms);
    }
    if (!client.connection.in_request() || client.connection.waiting_answers() > 0) return close_client(client);
    client.connection.refuse(408, "it took too long to arrive");
    flush(client);
}

void Gate::close_client(Client& client) {
    ::close(client.fd);
    clients_.erase(client.id);
    --connection_count_;
}

void Gate::drain(int64_t timeout_ms) {
    draining_ = true;
    ::eventfd_write(wake_, 1);
    const int64_t until = steady_ms() + timeout_ms;
    while (connection_count_ > 0 && steady_ms() < until) std::this_thread::sleep_for(std::chrono::milliseconds(20));
    stop_ = true;
    ::eventfd_write(wake_, 1);
    if (thread_.joinable()) thread_.join();
}

size_t Gate::body_max(void* self, const Request& head) {
    const Router::Match match = static_cast<Gate*>(self)->router_.find(head.method, head.path);
    return match.spec ? match.spec->body_max : 64 * 1024;
}

}  // namespace turnpike::http
