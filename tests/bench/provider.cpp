// bench_provider DELAY_MS: a provider that answers every request for a Checkout Session after exactly that long, so that what
// is measured is the host.  Prints "provider ready http://127.0.0.1:PORT".  One thread; ends with SIGTERM.
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
#include <deque>
#include <map>
#include <string>

namespace {

using Clock = std::chrono::steady_clock;

/// The value of a form's field that holds no escapes.
std::string field(const std::string& request, const std::string& name) {
    const size_t at = request.find(name + "=");
    if (at == std::string::npos) return "";
    const size_t from = at + name.size() + 1;
    return request.substr(from, request.find('&', from) - from);
}

size_t whole(const std::string& in) {
    const size_t head = in.find("\r\n\r\n");
    if (head == std::string::npos) return 0;
    const size_t at = in.find("ontent-Length: ");
    const size_t body = at < head ? std::stoul(in.substr(at + 15)) : 0;
    return in.size() >= head + 4 + body ? head + 4 + body : 0;
}

class Provider {
  public:
    explicit Provider(int delay_ms) : delay_(delay_ms), listener_(::socket(AF_INET, SOCK_STREAM, 0)), epoll_(::epoll_create1(0)) {
        sockaddr_in at{};
        at.sin_family = AF_INET;
        at.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        socklen_t size = sizeof at;
        if (::bind(listener_, reinterpret_cast<sockaddr*>(&at), size) != 0 || ::listen(listener_, 4096) != 0) std::exit(1);
        ::getsockname(listener_, reinterpret_cast<sockaddr*>(&at), &size);
        watch(listener_);
        std::printf("provider ready http://127.0.0.1:%d\n", ntohs(at.sin_port));
        std::fflush(stdout);
    }
    void run() {
        epoll_event events[256];
        while (true) {
            const int n = ::epoll_wait(epoll_, events, 256, pause_ms());
            for (int i = 0; i < n; ++i) ready(events[i].data.fd);
            while (!due_.empty() && due_.front().at <= Clock::now()) {
                answer(due_.front());
                due_.pop_front();
            }
        }
    }

  private:
    struct Due {
        Clock::time_point at;
        int fd;
        std::string reference;
    };

    void watch(int fd) const {
        epoll_event event{};
        event.events = EPOLLIN;
        event.data.fd = fd;
        ::epoll_ctl(epoll_, EPOLL_CTL_ADD, fd, &event);
    }
    int pause_ms() const {
        if (due_.empty()) return -1;
        const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(due_.front().at - Clock::now()).count();
        return std::max(0, static_cast<int>(left));
    }
    void ready(int fd) {
        if (fd == listener_) {
            const int client = ::accept(listener_, nullptr, nullptr);
            const int on = 1;
            ::setsockopt(client, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
            return watch(client);
        }
        char buffer[16384];
        const ssize_t n = ::recv(fd, buffer, sizeof buffer, 0);
        std::string& in = in_[fd];
        if (n <= 0) {
            in_.erase(fd);
            due_.erase(std::remove_if(due_.begin(), due_.end(), [&](const Due& d) { return d.fd == fd; }), due_.end());
            ::close(fd);
            return;
        }
        in.append(buffer, static_cast<size_t>(n));
        while (const size_t size = whole(in)) {
            due_.push_back({Clock::now() + delay_, fd, field(in.substr(0, size), "client_reference_id")});
            in.erase(0, size);
        }
    }
    void answer(const Due& due) {
        const std::string id = "cs_test_" + std::to_string(++count_);
        const std::string body = R"({"id":")" + id + R"(","object":"checkout.session","status":"open","payment_status":"unpaid","livemode":false,"currency":"usd","amount_total":1059,)"
            R"("payment_intent":null,"client_reference_id":")" + due.reference + R"(","metadata":{"reference":")" + due.reference + R"("},"url":"https://checkout.stripe.com/c/pay/)" + id + R"("})";
        const std::string out = "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: " + std::to_string(body.size()) + "\r\n\r\n" + body;
        if (::send(due.fd, out.data(), out.size(), MSG_NOSIGNAL) != static_cast<ssize_t>(out.size())) std::exit(1);
    }

    std::chrono::milliseconds delay_;
    int listener_, epoll_;
    std::map<int, std::string> in_;
    std::deque<Due> due_;
    int64_t count_ = 0;
};

}  // namespace

int main(int argc, char** argv) {
    Provider(argc > 1 ? std::atoi(argv[1]) : 0).run();
}
