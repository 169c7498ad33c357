// bench_load URL FILE CONNECTIONS: sends every request of FILE once over that many connections, one at a time on each,
// and prints {"per_s", "p50_ms", "p99_ms", "failed"}.  FILE: "<bytes>\n<request>" repeated.
#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <string>
#include <string_view>
#include <vector>

namespace {

using Clock = std::chrono::steady_clock;

struct Connection {
    int fd = -1;
    std::string in;
    Clock::time_point sent;
    size_t failed = 0;
};

std::vector<std::string_view> split(const std::string& file) {
    std::vector<std::string_view> out;
    for (size_t at = 0; at < file.size();) {
        const size_t end = file.find('\n', at);
        const size_t size = std::stoul(file.substr(at, end - at));
        out.emplace_back(file.data() + end + 1, size);
        at = end + 1 + size;
    }
    return out;
}

int connect_to(uint16_t port) {
    const int fd = ::socket(AF_INET, SOCK_STREAM, 0);
    sockaddr_in to{};
    to.sin_family = AF_INET;
    to.sin_port = htons(port);
    to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    const int on = 1;
    ::setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    if (::connect(fd, reinterpret_cast<sockaddr*>(&to), sizeof to) != 0) std::exit(1);
    return fd;
}

/// Whether a whole answer has arrived; its status then.
int answered(const std::string& in) {
    const size_t head = in.find("\r\n\r\n");
    if (head == std::string::npos) return 0;
    const size_t at = in.find("ontent-", 0);
    const size_t length = in.find("ength: ", at == std::string::npos ? 0 : at);
    const size_t body = length == std::string::npos || length > head ? 0 : std::stoul(in.substr(length + 7));
    return in.size() >= head + 4 + body ? std::stoi(in.substr(9, 3)) : 0;
}

class Load {
  public:
    Load(uint16_t port, std::vector<std::string_view> requests, size_t connections) : requests_(std::move(requests)), connections_(connections), epoll_(::epoll_create1(0)) {
        for (size_t i = 0; i < connections_.size(); ++i) {
            connections_[i].fd = connect_to(port);
            epoll_event event{};
            event.events = EPOLLIN;
            event.data.u64 = i;
            ::epoll_ctl(epoll_, EPOLL_CTL_ADD, connections_[i].fd, &event);
        }
    }
    void run() {
        const auto from = Clock::now();
        for (Connection& c : connections_) send_next(c);
        epoll_event events[64];
        while (took_us_.size() < requests_.size()) {
            const int n = ::epoll_wait(epoll_, events, 64, 30000);
            if (n <= 0) std::exit(1);
            for (int i = 0; i < n; ++i) receive(connections_[events[i].data.u64]);
        }
        report(std::chrono::duration<double>(Clock::now() - from).count());
    }

  private:
    void send_next(Connection& c) {
        if (next_ == requests_.size()) return;
        const std::string_view request = requests_[next_++];
        c.sent = Clock::now();
        if (::send(c.fd, request.data(), request.size(), MSG_NOSIGNAL) != static_cast<ssize_t>(request.size())) std::exit(1);
    }
    void receive(Connection& c) {
        char buffer[8192];
        const ssize_t n = ::recv(c.fd, buffer, sizeof buffer, 0);
        if (n <= 0) std::exit(1);
        c.in.append(buffer, static_cast<size_t>(n));
        const int status = answered(c.in);
        if (status == 0) return;
        failed_ += status / 100 != 2;
        took_us_.push_back(std::chrono::duration_cast<std::chrono::microseconds>(Clock::now() - c.sent).count());
        c.in.clear();
        send_next(c);
    }
    void report(double seconds) {
        std::sort(took_us_.begin(), took_us_.end());
        auto ms = [&](size_t percent) { return static_cast<double>(took_us_[std::min(took_us_.size() - 1, took_us_.size() * percent / 100)]) / 1000; };
        std::printf("{\"per_s\": %.0f, \"p50_ms\": %.2f, \"p99_ms\": %.2f, \"failed\": %zu}\n", static_cast<double>(took_us_.size()) / seconds, ms(50), ms(99), failed_);
    }

    std::vector<std::string_view> requests_;
    std::vector<Connection> connections_;
    int epoll_;
    size_t next_ = 0, failed_ = 0;
    std::vector<int64_t> took_us_;
};

}  // namespace

int main(int argc, char** argv) {
    if (argc != 4) return 2;
    const std::string url = argv[1];
    std::ifstream in(argv[2], std::ios::binary);
    const std::string file{std::istreambuf_iterator<char>(in), {}};
    Load(static_cast<uint16_t>(std::stoi(url.substr(url.rfind(':') + 1))), split(file), std::stoul(argv[3])).run();
    return 0;
}
