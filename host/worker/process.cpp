#include "host/worker/process.hpp"

#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <thread>

#include "host/worker/descriptors.hpp"

namespace turnpike::worker {
namespace {

constexpr int64_t kEagerUs = 80;

std::string ending(int status) {
    if (WIFEXITED(status)) return "ended with code " + std::to_string(WEXITSTATUS(status));
    const int signal = WTERMSIG(status);
    const char* name = ::sigdescr_np(signal);
    std::string out = "was killed by signal " + std::to_string(signal) + " (" + (name ? name : "unknown") + ")";
    if (signal == SIGSYS) out += ": it asked the system for something a plugin may not do";
    return out;
}

/// Copies of both descriptors above those the worker is given, so that putting them in place overwrites neither.
struct Lifted {
    int fd;
    explicit Lifted(int from) : fd(::fcntl(from, F_DUPFD_CLOEXEC, 64)) {}
    ~Lifted() {
        if (fd >= 0) ::close(fd);
    }
    Lifted(const Lifted&) = delete;
    Lifted& operator=(const Lifted&) = delete;
};

int spawn(const std::filesystem::path& program, int socket, int plugin, pid_t& pid) {
    posix_spawn_file_actions_t actions;
    ::posix_spawn_file_actions_init(&actions);
    ::posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDWR, 0);
    ::posix_spawn_file_actions_adddup2(&actions, 0, 1);
    if (!kKeepsErrorStream) ::posix_spawn_file_actions_adddup2(&actions, 0, 2);
    ::posix_spawn_file_actions_adddup2(&actions, socket, kSocketFd);
    ::posix_spawn_file_actions_adddup2(&actions, plugin, kPluginFd);
    // Signals the host blocks or ignores are the host's; the worker begins with none.
    posix_spawnattr_t attributes;
    ::posix_spawnattr_init(&attributes);
    sigset_t none, all;
    ::sigemptyset(&none);
    ::sigfillset(&all);
    ::posix_spawnattr_setsigmask(&attributes, &none);
    ::posix_spawnattr_setsigdefault(&attributes, &all);
    ::posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF);
    std::string name = "turnpike-worker";
    char* argv[] = {name.data(), nullptr};
    char* envp[] = {nullptr};
    const int error = ::posix_spawn(&pid, program.c_str(), &actions, &attributes, argv, envp);
    ::posix_spawnattr_destroy(&attributes);
    ::posix_spawn_file_actions_destroy(&actions);
    return error;
}

}  // namespace

std::optional<Process> Process::start(const std::filesystem::path& program, int plugin_fd, std::string& why) {
    int ends[2];
    if (::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) != 0) {
        why = std::string("no socket pair: ") + std::strerror(errno);
        return std::nullopt;
    }
    pid_t pid = -1;
    int error = 0;
    {
        const Lifted socket(ends[1]);
        const Lifted plugin(plugin_fd);
        error = socket.fd < 0 || plugin.fd < 0 ? EMFILE : spawn(program, socket.fd, plugin.fd, pid);
    }
    ::close(ends[1]);
    if (error == 0) return Process(pid, ends[0]);
    ::close(ends[0]);
    why = program.string() + " cannot be started: " + std::strerror(error);
    return std::nullopt;
}

ReadEnd Process::read(Frame& into, int64_t timeout_ms) {
    if (timeout_ms != timeout_ms_) {
        const timeval wait{timeout_ms / 1000, (timeout_ms % 1000) * 1000};
        ::setsockopt(fd_, SOL_SOCKET, SO_RCVTIMEO, &wait, sizeof wait);
        timeout_ms_ = timeout_ms;
    }
    // On one processor the worker could not run meanwhile.
    static const int64_t eager_us = std::thread::hardware_concurrency() > 1 ? kEagerUs : 0;
    return read_frame(fd_, into, eager_us);
}

std::string Process::end() {
    if (pid_ < 0) return "had ended";
    // One that died of itself is a corpse already or soon: its own ending is the one to tell.
    int status = 0;
    pid_t done = 0;
    ::close(std::exchange(fd_, -1));
    for (int i = 0; i < 20 && (done = ::waitpid(pid_, &status, WNOHANG)) == 0; ++i) ::usleep(500);
    const bool ours = done == 0;
    if (ours) {
        ::kill(pid_, SIGKILL);
        while (::waitpid(pid_, &status, 0) < 0 && errno == EINTR) {
        }
    }
    pid_ = -1;
    return ours ? "gave no answer in time and was ended" : ending(status);
}

}  // namespace turnpike::worker
