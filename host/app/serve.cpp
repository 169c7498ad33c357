#include <signal.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <fstream>

#include "host/app/commands.hpp"
#include "host/app/host.hpp"
#include "host/app/log.hpp"
#include "host/app/standby.hpp"
#include "host/base/encoding.hpp"
#include "host/json/write.hpp"

namespace turnpike::app {
namespace {

sigset_t handled_signals() {
    sigset_t set;
    sigemptyset(&set);
    for (const int s : {SIGTERM, SIGINT, SIGHUP}) sigaddset(&set, s);
    return set;
}

/// sd_notify without its library: one datagram.
void notify_systemd(const char* text) {
    const char* path = std::getenv("NOTIFY_SOCKET");
    if (!path || (path[0] != '/' && path[0] != '@')) return;
    sockaddr_un to{};
    to.sun_family = AF_UNIX;
    const size_t size = std::strlen(path);
    if (size >= sizeof to.sun_path) return;
    std::memcpy(to.sun_path, path, size);
    if (to.sun_path[0] == '@') to.sun_path[0] = '\0';
    const int fd = ::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    ::sendto(fd, text, std::strlen(text), MSG_NOSIGNAL, reinterpret_cast<sockaddr*>(&to), static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + size));
    ::close(fd);
}

/// A token for every scope, for the first steps on a developer's machine; it stays the same.
std::string development_token(const std::filesystem::path& data) {
    const auto file = data / "api-token";
    std::ifstream in(file);
    std::string token;
    if (in && std::getline(in, token) && token.size() >= 16) return token;
    std::string bytes(24, '\0');
    SystemRandom().fill(bytes.data(), bytes.size());
    token = "tpk_dev_" + to_base64url(bytes);
    write_private(file, token + "\n");
    return token;
}

void write_run_file(const CommandOptions& options, const Host& host, const std::string& sandbox_url) {
    const json::Value run = json::Value::object({{"pid", static_cast<int64_t>(::getpid())}, {"url", host.url()}, {"sandbox_url", sandbox_url.empty() ? json::Value() : json::Value(sandbox_url)}});
    write_private(options.data / "run.json", json::write(run) + "\n");
}

void wait_for_end(Host& host) {
    const sigset_t set = handled_signals();
    while (true) {
        int signal = 0;
        sigwait(&set, &signal);
        if (signal != SIGHUP) return;
        notify_systemd("RELOADING=1");
        static_cast<void>(host.reload());
        notify_systemd("READY=1");
    }
}

}  // namespace

int serve(const CommandOptions& options) {
    const sigset_t set = handled_signals();
    pthread_sigmask(SIG_BLOCK, &set, nullptr);
    ::umask(0077);
    prepare_data_directory(options.data);
    const config::ReadResult top = config::read_top(options.config, options.data, config::process_environment());
    SystemRandom random;
    if (!top.diagnostics.failed() && top.config.server.development())
        if (auto made = config::Keyring::create_if_missing(top.config.key_file, random); !made) throw Stop{kEnvironment, made.error().detail};
    Setup setup = read_setup(options, NeedKey::yes, NeedCode::yes);
    for (const std::string& warning : setup.warnings) std::fprintf(stderr, "%s\n", warning.c_str());
    const bool development = setup.config.server.development();
    const std::string sandbox_url = setup.config.sandbox_url.value_or("");
    Host host(std::move(setup));
    if (development) host.add_development_token(development_token(options.data));
    host.start();
    write_run_file(options, host, sandbox_url);
    std::printf("turnpike ready %s\n", host.url().c_str());
    std::fflush(stdout);
    notify_systemd("READY=1");
    wait_for_end(host);
    do_not_stand_by_again();
    notify_systemd("STOPPING=1");
    host.drain();
    std::error_code none;
    std::filesystem::remove(options.data / "run.json", none);
    return kFine;
}

}  // namespace turnpike::app
