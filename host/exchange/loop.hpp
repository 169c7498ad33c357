#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <mutex>
#include <vector>

#include "host/base/clock.hpp"

namespace turnpike::exchange {

/// Tasks and timers of the exchange's one thread.  post() and after() from any thread; everything runs on the thread
/// that calls run_due().
class Loop {
  public:
    using Task = std::function<void()>;
    /// `wake`: interrupts the thread's wait; may be called from any thread.  `now_ms` never goes backwards.
    explicit Loop(std::function<void()> wake, std::function<int64_t()> now_ms = steady_ms) : wake_(std::move(wake)), now_ms_(std::move(now_ms)) {}

    /// The time its timers run by.
    int64_t now_ms() const { return now_ms_(); }

    void post(Task task);
    void after(int64_t delay_ms, Task task);
    /// Whether anything is due.
    bool due();
    /// Runs what is due; how long the thread may wait until the next timer, at most `idle_ms`.
    int64_t run_due(int64_t idle_ms);

  private:
    std::vector<Task> take_due(int64_t now);

    std::function<void()> wake_;
    std::function<int64_t()> now_ms_;
    std::mutex mutex_;
    std::vector<Task> posted_;
    std::multimap<int64_t, Task> timers_;
};

}  // namespace turnpike::exchange
