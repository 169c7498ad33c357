/* Loaded before the host (LD_PRELOAD): ends it at a named moment of a webhook's life, or makes the system refuse.
 *
 * TURNPIKE_FAULT names a file that is read at every such moment, so that a test changes it while the host runs:
 *   kill POINT N     SIGKILL at the N-th time POINT is passed
 *   fail CALL ERRNO  CALL (pwrite, fdatasync, accept, pread) gives this errno
 * TURNPIKE_FAULT_STORE names the store's file. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

static atomic_long passed;

static int order(char *word, char *name, long *number) {
    const char *path = getenv("TURNPIKE_FAULT");
    const int fd = path ? (int)syscall(SYS_openat, AT_FDCWD, path, O_RDONLY | O_CLOEXEC) : -1;
    if (fd < 0) return 0;
    char text[128];
    const long size = syscall(SYS_read, fd, text, sizeof text - 1);
    syscall(SYS_close, fd);
    if (size <= 0) return 0;
    text[size] = 0;
    return sscanf(text, "%15s %31s %ld", word, name, number) == 3;
}

static void point(const char *here) {
    char word[16], name[32];
    long number = 0;
    if (!order(word, name, &number) || strcmp(word, "kill") != 0 || strcmp(name, here) != 0) return;
    if (atomic_fetch_add(&passed, 1) + 1 == number) kill(getpid(), SIGKILL);
}

static int refused(const char *call) {
    char word[16], name[32];
    long number = 0;
    if (!order(word, name, &number) || strcmp(word, "fail") != 0 || strcmp(name, call) != 0) return 0;
    errno = (int)number;
    return 1;
}

enum file { other, store, log_file };

static enum file file_of(int fd) {
    const char *path = getenv("TURNPIKE_FAULT_STORE");
    char wal[4096];
    struct stat mine, theirs;
    if (!path || fstat(fd, &mine) != 0 || !S_ISREG(mine.st_mode)) return other;
    if (stat(path, &theirs) == 0 && theirs.st_ino == mine.st_ino) return store;
    snprintf(wal, sizeof wal, "%s-wal", path);
    if (stat(wal, &theirs) == 0 && theirs.st_ino == mine.st_ino) return log_file;
    return other;
}

#define NEXT(name) ((__typeof__(&name))dlsym(RTLD_NEXT, #name))

int accept4(int fd, struct sockaddr *address, socklen_t *size, int flags) {
    if (refused("accept")) return -1;
    const int out = NEXT(accept4)(fd, address, size, flags);
    if (out >= 0) point("socket_accepted");
    return out;
}

ssize_t recv(int fd, void *to, size_t size, int flags) {
    const ssize_t out = NEXT(recv)(fd, to, size, flags);
    if (out > 12 && memcmp(to, "POST /hooks/", 12) == 0) point("message_read");
    return out;
}

ssize_t send(int fd, const void *from, size_t size, int flags) {
    const int answer = size > 10 && memcmp(from, "HTTP/1.1 2", 10) == 0;
    if (answer) point("before_answer");
    const ssize_t out = NEXT(send)(fd, from, size, flags);
    if (answer) point("after_answer");
    return out;
}

ssize_t pwrite64(int fd, const void *from, size_t size, off64_t at) {
    const enum file where = file_of(fd);
    if (where != other && refused("pwrite")) return -1;
    if (where == log_file) point("before_commit");
    const ssize_t out = NEXT(pwrite64)(fd, from, size, at);
    if (where == log_file) point("inside_commit");
    if (where == store) point("checkpoint");
    return out;
}

int fdatasync(int fd) {
    const enum file where = file_of(fd);
    if (where != other && refused("fdatasync")) return -1;
    if (where == log_file) point("before_sync");
    const int out = NEXT(fdatasync)(fd);
    if (where == log_file) point("after_sync");
    return out;
}

/* A digest is compared: a plugin's step is on the stack below. */
int CRYPTO_memcmp(const void *a, const void *b, size_t size) {
    point("inside_plugin");
    const int out = ((int (*)(const void *, const void *, size_t))dlsym(RTLD_NEXT, "CRYPTO_memcmp"))(a, b, size);
    point("after_verify");
    return out;
}
