#include "host/app/standby.hpp"

#include <fcntl.h>
#include <linux/close_range.h>
#include <signal.h>
#include <unistd.h>

#include <atomic>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <iterator>

#include "host/app/log.hpp"
#include "host/app/metrics_page.hpp"
#include "host/app/open_store.hpp"
#include "host/http/gate.hpp"

namespace turnpike::app {
namespace {

constexpr timespec kTryEvery{0, 300'000'000};
constexpr int64_t kDrainMs = 500;

std::atomic<bool> told_to_end = false;

/// Another host has taken over.  Everything in memory may be older than the store: the program begins anew, as a standby,
/// unless it is ending anyway.
[[noreturn]] void begin_anew() {
    log("error", "store_taken", json::Value::object({{"detail", told_to_end ? "another host writes the store now; this one ends" : "another host writes the store now; this one stands by"}}));
    if (told_to_end) std::_Exit(kFine);
    std::ifstream file("/proc/self/cmdline", std::ios::binary);
    std::string line{std::istreambuf_iterator<char>(file), {}};
    std::vector<char*> args;
    for (size_t at = 0; at < line.size(); at += std::char_traits<char>::length(&line[at]) + 1) args.push_back(&line[at]);
    args.push_back(nullptr);
    ::close_range(3, ~0U, CLOSE_RANGE_CLOEXEC);
    ::execv("/proc/self/exe", args.data());
    std::_Exit(kEnvironment);
}

http::Response standing_by() {
    http::Response out = http::problem_response(problem(503, "standby", "Another host of this installation answers; this one stands by."), "");
    out.headers.push_back({"Retry-After", "1"});
    return out;
}

http::Response metrics() {
    MetricsPage page;
    page.active(false);
    return {200, {}, std::move(page).text(), MetricsPage::kContentType};
}

/// What load balancers, Prometheus and people hear meanwhile.
class Door {
  public:
    explicit Door(const config::Server& server) {
        router_.add({"GET", "/healthz", "", 1024}, [](const http::RequestPtr&, http::Reply reply) { reply.send(http::json_response(200, json::Value::object({{"status", "ok"}}))); });
        router_.add({"GET", "/readyz", "", 1024}, [](const http::RequestPtr&, http::Reply reply) { reply.send(http::json_response(503, json::Value::object({{"status", "standby"}}))); });
        router_.add({"GET", "/metrics", "", 1024}, [](const http::RequestPtr&, http::Reply reply) { reply.send(metrics()); });
        router_.add({"ANY", "/{rest...}", ""}, [](const http::RequestPtr&, http::Reply reply) { reply.send(standing_by()); });
        http::GateOptions options;
        std::tie(options.address, options.port) = split_listen(server.listen);
        gate_ = std::make_unique<http::Gate>(options, router_, workers_, [] { return std::string("req_standby"); }, [](const http::AccessLine&) {});
        if (auto started = gate_->start(); !started) throw Stop{kEnvironment, started.error().detail + "\n"};
        std::printf("turnpike standby http://%s:%u\n", options.address.c_str(), gate_->port());
        std::fflush(stdout);
    }
    ~Door() {
        gate_->drain(kDrainMs);
        gate_.reset();
        workers_.stop();
    }
    Door(const Door&) = delete;
    Door& operator=(const Door&) = delete;

  private:
    http::Router router_;
    Workers workers_{1};
    std::unique_ptr<http::Gate> gate_;
};

/// Sleeps for a moment; a signal to end ends the command.
void pause_or_stop() {
    sigset_t ends;
    sigemptyset(&ends);
    for (const int s : {SIGTERM, SIGINT}) sigaddset(&ends, s);
    if (::sigtimedwait(&ends, nullptr, &kTryEvery) > 0) throw Stop{kFine, ""};
}

}  // namespace

std::pair<std::string, uint16_t> split_listen(const std::string& listen) {
    const size_t colon = listen.rfind(':');
    std::string address = listen.substr(0, colon);
    if (address.size() > 2 && address.front() == '[') address = address.substr(1, address.size() - 2);
    return {address, static_cast<uint16_t>(std::stoi(listen.substr(colon + 1)))};
}

void do_not_stand_by_again() { told_to_end = true; }

std::unique_ptr<store::Store> open_or_stand_by(const config::Config& config, const Clock& clock) {
    auto opened = store::Store::open(config.store_url, clock, begin_anew);
    const bool shared = config.store_url.rfind("sqlite:", 0) != 0;
    if (!opened && shared && opened.error().code == "store_locked") {
        log("info", "standby");
        const Door door(config.server);
        // A database that fails over is away for a while: that is no reason to give up one's place.
        while (!opened && (opened.error().code == "store_locked" || opened.error().code == "store_unavailable")) {
            pause_or_stop();
            opened = store::Store::open(config.store_url, clock, begin_anew);
        }
    }
    if (!opened) throw Stop{exit_code_of(opened.error()), opened.error().detail + "\n"};
    return std::move(*opened);
}

}  // namespace turnpike::app
