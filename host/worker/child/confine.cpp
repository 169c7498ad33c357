#include "host/worker/child/confine.hpp"

#include <seccomp.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <initializer_list>

#include "host/worker/descriptors.hpp"

namespace turnpike::worker {
namespace {

/// Whoever calls one of these is attacking, not computing.
constexpr int kDeadly[] = {SCMP_SYS(socket),   SCMP_SYS(socketpair), SCMP_SYS(connect),  SCMP_SYS(bind),       SCMP_SYS(listen),     SCMP_SYS(accept),
                           SCMP_SYS(accept4),  SCMP_SYS(execve),     SCMP_SYS(execveat), SCMP_SYS(fork),       SCMP_SYS(vfork),      SCMP_SYS(clone),
                           SCMP_SYS(clone3),   SCMP_SYS(ptrace),     SCMP_SYS(kill),     SCMP_SYS(bpf),        SCMP_SYS(io_uring_setup), SCMP_SYS(mount),
                           SCMP_SYS(process_vm_readv), SCMP_SYS(process_vm_writev)};

constexpr int kComputing[] = {SCMP_SYS(read),          SCMP_SYS(recvfrom),    SCMP_SYS(recvmsg),      SCMP_SYS(sendto),     SCMP_SYS(sendmsg),        SCMP_SYS(close),
                              SCMP_SYS(brk),           SCMP_SYS(mmap),        SCMP_SYS(munmap),       SCMP_SYS(mremap),     SCMP_SYS(mprotect),       SCMP_SYS(madvise),
                              SCMP_SYS(futex),         SCMP_SYS(clock_gettime), SCMP_SYS(gettimeofday), SCMP_SYS(getrandom), SCMP_SYS(rt_sigreturn), SCMP_SYS(rt_sigprocmask),
                              SCMP_SYS(rt_sigaction),  SCMP_SYS(sigaltstack), SCMP_SYS(gettid),       SCMP_SYS(getpid),     SCMP_SYS(tgkill),         SCMP_SYS(exit),
                              SCMP_SYS(exit_group),    SCMP_SYS(sched_yield), SCMP_SYS(restart_syscall)};

constexpr int kLoading[] = {SCMP_SYS(openat),  SCMP_SYS(open),     SCMP_SYS(pread64),    SCMP_SYS(fstat),     SCMP_SYS(stat),       SCMP_SYS(lstat),   SCMP_SYS(newfstatat),
                            SCMP_SYS(statx),   SCMP_SYS(lseek),    SCMP_SYS(readlink),   SCMP_SYS(readlinkat), SCMP_SYS(access),    SCMP_SYS(faccessat), SCMP_SYS(faccessat2),
                            SCMP_SYS(getcwd),  SCMP_SYS(fcntl),    SCMP_SYS(prctl),      SCMP_SYS(seccomp),   SCMP_SYS(prlimit64),  SCMP_SYS(getuid),  SCMP_SYS(geteuid),
                            SCMP_SYS(getgid),  SCMP_SYS(getegid),  SCMP_SYS(set_robust_list), SCMP_SYS(rseq), SCMP_SYS(uname),      SCMP_SYS(sysinfo), SCMP_SYS(sched_getaffinity)};

constexpr int kOpening[] = {SCMP_SYS(open), SCMP_SYS(openat), SCMP_SYS(openat2), SCMP_SYS(creat), SCMP_SYS(access), SCMP_SYS(stat), SCMP_SYS(readlink)};

class Filter {
  public:
    Filter() : context_(::seccomp_init(SCMP_ACT_ERRNO(EPERM))) {
        // A tree of comparisons: a step makes few calls, but each passes through here.
        if (context_) ::seccomp_attr_set(context_, SCMP_FLTATR_CTL_OPTIMIZE, 2);
    }
    ~Filter() {
        if (context_) ::seccomp_release(context_);
    }
    Filter(const Filter&) = delete;
    Filter& operator=(const Filter&) = delete;

    template <class List>
    Filter& rule(uint32_t action, const List& calls) {
        for (const int call : calls) {
            const int error = context_ ? ::seccomp_rule_add(context_, action, call, 0) : -ENOMEM;
            if (error != 0 && error_ == 0) error_ = error;
        }
        return *this;
    }
    std::string load() {
        if (error_ == 0) error_ = context_ ? ::seccomp_load(context_) : -ENOMEM;
        return error_ == 0 ? "" : std::string("no system call filter can be installed here: ") + std::strerror(-error_);
    }

  private:
    scmp_filter_ctx context_;
    int error_ = 0;
};

bool limit(int what, rlim_t most) {
    const rlimit value{most, most};
    return ::setrlimit(static_cast<__rlimit_resource>(what), &value) == 0;
}

}  // namespace

std::string limit_resources(uint64_t memory_max_bytes) {
    ::close_range(kPluginFd + 1, ~0u, 0);
    // A sanitizer's shadow is larger than any limit that would mean something.
    const bool memory = kKeepsErrorStream || limit(RLIMIT_DATA, memory_max_bytes);
    if (memory && limit(RLIMIT_CORE, 0) && limit(RLIMIT_FSIZE, 0) && limit(RLIMIT_NOFILE, 64)) return "";
    return std::string("resource limits cannot be set: ") + std::strerror(errno);
}

std::string confine_loading() { return Filter().rule(SCMP_ACT_KILL_PROCESS, kDeadly).rule(SCMP_ACT_ALLOW, kComputing).rule(SCMP_ACT_ALLOW, kLoading).load(); }

std::string confine_stepping() {
    // Not before now: a process that cannot be dumped cannot open its own descriptors by name.
    if (::prctl(PR_SET_DUMPABLE, 0) != 0) return "the worker's memory cannot be closed to others";
    return Filter().rule(SCMP_ACT_KILL_PROCESS, kDeadly).rule(SCMP_ACT_ALLOW, kComputing).rule(SCMP_ACT_ERRNO(EACCES), kOpening).load();
}

}  // namespace turnpike::worker
