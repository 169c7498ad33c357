#include "host/store/report.hpp"

#include <atomic>
#include <chrono>
#include <cstdio>

#include "host/base/clock.hpp"
#include "host/json/write.hpp"

namespace turnpike::store {
namespace {

std::atomic<uint64_t> errors{0};

}  // namespace

uint64_t errors_reported() { return errors; }

void report(const StoreError& error) {
    ++errors;
    static std::atomic<int64_t> said_ms{-1000};
    const int64_t now_ms = steady_ms();
    int64_t before_ms = said_ms.load();
    if (now_ms - before_ms < 1000 || !said_ms.compare_exchange_strong(before_ms, now_ms)) return;
    const json::Value line = json::Value::object({{"time", rfc3339(SystemClock().now_ms()).text}, {"level", "error"}, {"event", "store_error"}, {"detail", error.what()}});
    std::fprintf(stderr, "%s\n", json::write(line).c_str());
}

}  // namespace turnpike::store
