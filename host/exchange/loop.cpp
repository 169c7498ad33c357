#include "host/exchange/loop.hpp"

#include <algorithm>

namespace turnpike::exchange {

void Loop::post(Task task) {
    {
        std::lock_guard lock(mutex_);
        posted_.push_back(std::move(task));
    }
    wake_();
}

void Loop::after(int64_t delay_ms, Task task) {
    {
        std::lock_guard lock(mutex_);
        timers_.emplace(now_ms_() + std::max<int64_t>(delay_ms, 0), std::move(task));
    }
    wake_();
}

std::vector<Loop::Task> Loop::take_due(int64_t now) {
    std::lock_guard lock(mutex_);
    std::vector<Task> due;
    due.swap(posted_);
    while (!timers_.empty() && timers_.begin()->first <= now) {
        due.push_back(std::move(timers_.begin()->second));
        timers_.erase(timers_.begin());
    }
    return due;
}

bool Loop::due() {
    std::lock_guard lock(mutex_);
    return !posted_.empty() || (!timers_.empty() && timers_.begin()->first <= now_ms_());
}

int64_t Loop::run_due(int64_t idle_ms) {
    for (Task& task : take_due(now_ms_())) task();
    std::lock_guard lock(mutex_);
    if (!posted_.empty()) return 0;
    if (timers_.empty()) return idle_ms;
    return std::clamp<int64_t>(timers_.begin()->first - now_ms_(), 0, idle_ms);
}

}  // namespace turnpike::exchange
