#pragma once

#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <string>
#include <vector>

#include "host/config/manifest.hpp"
#include "host/exchange/loop.hpp"

namespace turnpike::exchange {

/// Order in which calls of one integration get their turn.
enum class Priority { create, complete, refund, background };

/// Keeps an integration's calls within the manifest's rates and concurrency (money.md 11).  On the exchange's thread.
class Pacer {
  public:
    explicit Pacer(Loop& loop) : loop_(loop) {}
    /// Runs `go` when its turn comes; `done()` must follow when the call is over.
    void enter(const std::string& integration, const std::vector<config::RateSpec>& rate, Priority priority, std::function<void()> go);
    void leave(const std::string& integration);

  private:
    struct Lane {
        int64_t per_s_e3 = 0;
        int64_t burst = 1;
        int64_t concurrency = 0;
        int64_t tokens_e3 = 0;
        int64_t refilled_ms = 0;
        int64_t running = 0;
        bool timer_set = false;
        std::map<Priority, std::deque<std::function<void()>>> waiting;
    };
    void refill(Lane& lane);
    bool may_start(Lane& lane);
    void drain(const std::string& integration);

    Loop& loop_;
    std::map<std::string, Lane> lanes_;
};

}  // namespace turnpike::exchange
