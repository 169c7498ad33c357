#include "host/exchange/socket_poll.hpp"

#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>

#include "host/base/clock.hpp"

namespace turnpike::exchange {
namespace {

constexpr size_t kEventsPerTurn = 256;

uint32_t events_of(int what) {
    uint32_t events = 0;
    if (what & CURL_POLL_IN) events |= EPOLLIN;
    if (what & CURL_POLL_OUT) events |= EPOLLOUT;
    return events;
}

int selected(uint32_t events) {
    int out = 0;
    if (events & (EPOLLIN | EPOLLHUP | EPOLLRDHUP)) out |= CURL_CSELECT_IN;
    if (events & EPOLLOUT) out |= CURL_CSELECT_OUT;
    if (events & EPOLLERR) out |= CURL_CSELECT_ERR;
    return out;
}

}  // namespace

SocketPoll::SocketPoll(CURLM* multi) : multi_(multi), epoll_(::epoll_create1(EPOLL_CLOEXEC)), event_(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)) {
    epoll_event watched{};
    watched.events = EPOLLIN;
    watched.data.fd = event_;
    ::epoll_ctl(epoll_, EPOLL_CTL_ADD, event_, &watched);
    curl_multi_setopt(multi_, CURLMOPT_SOCKETFUNCTION, &SocketPoll::on_socket);
    curl_multi_setopt(multi_, CURLMOPT_SOCKETDATA, this);
    curl_multi_setopt(multi_, CURLMOPT_TIMERFUNCTION, &SocketPoll::on_timer);
    curl_multi_setopt(multi_, CURLMOPT_TIMERDATA, this);
}

SocketPoll::~SocketPoll() {
    ::close(epoll_);
    ::close(event_);
}

void SocketPoll::wake() {
    if (woken_.exchange(true)) return;
    const uint64_t one = 1;
    [[maybe_unused]] const ssize_t written = ::write(event_, &one, sizeof one);
}

void SocketPoll::turn(int64_t wait_ms) {
    if (due_ms_) wait_ms = std::clamp<int64_t>(*due_ms_ - steady_ms(), 0, wait_ms);
    std::array<epoll_event, kEventsPerTurn> ready;
    const int n = ::epoll_wait(epoll_, ready.data(), static_cast<int>(ready.size()), static_cast<int>(wait_ms));
    for (int i = 0; i < n; ++i) {
        const epoll_event& e = ready[static_cast<size_t>(i)];
        if (e.data.fd != event_) {
            act(e.data.fd, selected(e.events));
            continue;
        }
        uint64_t count = 0;
        [[maybe_unused]] const ssize_t got = ::read(event_, &count, sizeof count);
        woken_ = false;
    }
    if (!due_ms_ || *due_ms_ > steady_ms()) return;
    due_ms_.reset();
    act(CURL_SOCKET_TIMEOUT, 0);
}

void SocketPoll::act(curl_socket_t fd, int events) {
    int running = 0;
    curl_multi_socket_action(multi_, fd, events, &running);
}

// libcurl takes a socket out before it closes it, but not one it hands back to the pool and closes there: the kernel
// does that, so a number that comes again may be unknown.
int SocketPoll::on_socket(CURL*, curl_socket_t fd, int what, void* opaque, void*) {
    auto* self = static_cast<SocketPoll*>(opaque);
    epoll_event wanted{};
    wanted.events = what == CURL_POLL_REMOVE ? 0 : events_of(what);
    wanted.data.fd = fd;
    if (what == CURL_POLL_REMOVE) ::epoll_ctl(self->epoll_, EPOLL_CTL_DEL, fd, &wanted);
    else if (::epoll_ctl(self->epoll_, EPOLL_CTL_MOD, fd, &wanted) != 0 && errno == ENOENT) ::epoll_ctl(self->epoll_, EPOLL_CTL_ADD, fd, &wanted);
    return 0;
}

int SocketPoll::on_timer(CURLM*, long timeout_ms, void* opaque) {
    auto* self = static_cast<SocketPoll*>(opaque);
    if (timeout_ms < 0) self->due_ms_.reset();
    else self->due_ms_ = steady_ms() + timeout_ms;
    return 0;
}

}  // namespace turnpike::exchange
