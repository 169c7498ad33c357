#include "host/worker/frame.hpp"

#include <sys/socket.h>
#include <sys/uio.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

#include "host/base/clock.hpp"

namespace turnpike::worker {
namespace {

struct Head {
    uint32_t size;
    uint32_t type;
    uint64_t call;
};

/// What recv() said, as an end; `frame` when there are bytes.
ReadEnd end_of(ssize_t n) {
    if (n > 0) return ReadEnd::frame;
    if (n == 0) return ReadEnd::closed;
    return errno == EAGAIN || errno == EWOULDBLOCK ? ReadEnd::timed_out : ReadEnd::closed;
}

ssize_t receive(int fd, char* to, size_t most, int flags) {
    ssize_t n = 0;
    do n = ::recv(fd, to, most, flags);
    while (n < 0 && errno == EINTR);
    return n;
}

ReadEnd read_all(int fd, char* to, size_t size) {
    while (size > 0) {
        const ssize_t n = receive(fd, to, size, 0);
        if (n <= 0) return end_of(n);
        to += n;
        size -= static_cast<size_t>(n);
    }
    return ReadEnd::frame;
}

/// The first bytes there are, looked for before they are waited for.
ReadEnd read_some(int fd, char* to, size_t most, int64_t eager_us, size_t& got) {
    const int64_t until_us = steady_us() + eager_us;
    ssize_t n = receive(fd, to, most, eager_us > 0 ? MSG_DONTWAIT : 0);
    while (n < 0 && errno == EAGAIN && eager_us > 0 && steady_us() < until_us) n = receive(fd, to, most, MSG_DONTWAIT);
    if (n < 0 && errno == EAGAIN && eager_us > 0) n = receive(fd, to, most, 0);
    got = n > 0 ? static_cast<size_t>(n) : 0;
    return end_of(n);
}

}  // namespace

bool send_frame(int fd, FrameType type, uint64_t call, std::string_view bytes) {
    if (bytes.size() > kFrameMax) return false;
    Head head{static_cast<uint32_t>(bytes.size()), static_cast<uint32_t>(type), call};
    iovec parts[2] = {{&head, sizeof head}, {const_cast<char*>(bytes.data()), bytes.size()}};
    msghdr message{};
    message.msg_iov = parts;
    message.msg_iovlen = 2;
    while (message.msg_iovlen > 0) {
        const ssize_t n = ::sendmsg(fd, &message, MSG_NOSIGNAL);
        if (n < 0 && errno == EINTR) continue;
        if (n < 0) return false;
        auto left = static_cast<size_t>(n);
        while (message.msg_iovlen > 0 && left >= message.msg_iov->iov_len) {
            left -= message.msg_iov->iov_len;
            ++message.msg_iov;
            --message.msg_iovlen;
        }
        if (message.msg_iovlen == 0) break;
        message.msg_iov->iov_base = static_cast<char*>(message.msg_iov->iov_base) + left;
        message.msg_iov->iov_len -= left;
    }
    return true;
}

ReadEnd read_frame(int fd, Frame& into, int64_t eager_us) {
    // A frame is answered before the next is sent, so whatever is there belongs to this one.
    char first[16384];
    size_t got = 0;
    ReadEnd end = read_some(fd, first, sizeof first, eager_us, got);
    if (end == ReadEnd::frame && got < sizeof(Head)) end = read_all(fd, first + got, sizeof(Head) - got);
    if (end != ReadEnd::frame) return end;
    got = std::max(got, sizeof(Head));
    Head head{};
    std::memcpy(&head, first, sizeof head);
    const size_t here = got - sizeof head;
    if (head.size > kFrameMax || here > head.size) return ReadEnd::broken;
    into.type = static_cast<FrameType>(head.type);
    into.call = head.call;
    into.bytes.resize(head.size);
    std::memcpy(into.bytes.data(), first + sizeof head, here);
    return read_all(fd, into.bytes.data() + here, head.size - here);
}

}  // namespace turnpike::worker
