#include "host/plugins/sealed_copy.hpp"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "host/base/crypto.hpp"
#include "host/base/encoding.hpp"

namespace turnpike::plugins {
namespace {

Failure cannot(const std::filesystem::path& file, const std::string& why) {
    return failure(503, "plugin_refused", file.string() + " " + why);
}

/// Anyone who can write a plugin runs code in the host.
Result<int> open_trusted(const std::filesystem::path& file) {
    const int fd = ::open(file.c_str(), O_RDONLY | O_CLOEXEC);
    if (fd < 0) return cannot(file, "cannot be opened");
    struct stat info {};
    const bool known = ::fstat(fd, &info) == 0 && S_ISREG(info.st_mode);
    const bool others_write = (info.st_mode & (S_IWGRP | S_IWOTH)) != 0;
    const bool owner_fine = info.st_uid == 0 || info.st_uid == ::geteuid();
    if (known && !others_write && owner_fine) return fd;
    ::close(fd);
    if (!known) return cannot(file, "is no regular file");
    return cannot(file, others_write ? "may be written by group or others: chmod go-w it" : "belongs to another user");
}

bool copy_all(int from, int to) {
    char buffer[65536];
    while (true) {
        const ssize_t n = ::read(from, buffer, sizeof buffer);
        if (n == 0) return true;
        if (n < 0) return false;
        for (ssize_t done = 0; done < n;) {
            const ssize_t wrote = ::write(to, buffer + done, static_cast<size_t>(n - done));
            if (wrote <= 0) return false;
            done += wrote;
        }
    }
}

Result<std::string> read_back(int fd, const std::filesystem::path& file) {
    const off_t size = ::lseek(fd, 0, SEEK_END);
    std::string bytes(static_cast<size_t>(size), '\0');
    if (::pread(fd, bytes.data(), bytes.size(), 0) != size) return cannot(file, "cannot be read back");
    return bytes;
}

}  // namespace

Result<SealedCopy> sealed_copy(const std::filesystem::path& file) {
    const auto from = open_trusted(file);
    if (!from) return Failure(from.error());
    const int fd = ::memfd_create(file.filename().c_str(), MFD_CLOEXEC | MFD_ALLOW_SEALING);
    const bool copied = fd >= 0 && copy_all(*from, fd);
    ::close(*from);
    if (!copied || ::fcntl(fd, F_ADD_SEALS, F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_WRITE | F_SEAL_SEAL) != 0) {
        if (fd >= 0) ::close(fd);
        return cannot(file, "cannot be copied into sealed memory");
    }
    auto bytes = read_back(fd, file);
    if (!bytes) return Failure(bytes.error());
    std::string hash = to_hex(sha256(*bytes));
    return SealedCopy{fd, std::move(*bytes), std::move(hash)};
}

}  // namespace turnpike::plugins
