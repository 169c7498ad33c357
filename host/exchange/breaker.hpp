#pragma once

#include <cstdint>
#include <map>
#include <string>

namespace turnpike::exchange {

/// Stops calling a host that keeps failing: after some failures in a row calls fail at once, unsent; after a pause one
/// call is let through, and its end decides.  On the exchange's thread.
class Breaker {
  public:
    static constexpr int kFailuresToOpen = 10;
    static constexpr int64_t kPauseFirstMs = 2000;
    static constexpr int64_t kPauseMaxMs = 60000;

    bool may_call(const std::string& key, int64_t now_ms);
    /// Whether calls had been stopped and are let through again from now on.
    bool succeeded(const std::string& key);
    /// Whether calls are stopped from now on that were not before.
    bool failed(const std::string& key, int64_t now_ms);

  private:
    struct State {
        int failures = 0;
        int64_t pause_ms = kPauseFirstMs;
        int64_t open_until_ms = 0;
        bool probing = false;
    };
    std::map<std::string, State> states_;
};

}  // namespace turnpike::exchange
