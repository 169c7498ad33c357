#include "host/worker/frame.hpp"

#include <sys/socket.h>
#include <sys/uio.h>

#include <cerrno>

namespace turnpike::worker {
namespace {

struct Head {
    uint32_t size;
    uint32_t type;
    uint64_t call;
};

ReadEnd read_all(int fd, char* to, size_t size) {
    while (size > 0) {
        const ssize_t n = ::recv(fd, to, size, 0);
        if (n == 0) return ReadEnd::closed;
        if (n < 0 && errno == EINTR) continue;
        if (n < 0) return errno == EAGAIN || errno == EWOULDBLOCK ? ReadEnd::timed_out : ReadEnd::closed;
        to += n;
        size -= static_cast<size_t>(n);
    }
    return ReadEnd::frame;
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

ReadEnd read_frame(int fd, Frame& into) {
    Head head{};
    const ReadEnd end = read_all(fd, reinterpret_cast<char*>(&head), sizeof head);
    if (end != ReadEnd::frame) return end;
    if (head.size > kFrameMax) return ReadEnd::broken;
    into.type = static_cast<FrameType>(head.type);
    into.call = head.call;
    into.bytes.resize(head.size);
    return read_all(fd, into.bytes.data(), head.size);
}

}  // namespace turnpike::worker
