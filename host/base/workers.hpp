#pragma once

#include <condition_variable>
#include <deque>
#include <functional>
#include <mutex>
#include <thread>
#include <vector>

namespace turnpike {

/// A fixed number of threads that run short tasks in order of arrival.  A task that throws is dropped; tasks contain
/// their own failures.
class Workers {
  public:
    explicit Workers(int threads);
    ~Workers();
    Workers(const Workers&) = delete;
    Workers& operator=(const Workers&) = delete;

    /// Any thread.  After stop() tasks are dropped.
    void post(std::function<void()> task);
    /// Runs what was posted, then ends the threads.
    void stop();

  private:
    void run();

    std::mutex mutex_;
    std::condition_variable wake_;
    std::deque<std::function<void()>> tasks_;
    bool stopping_ = false;
    std::vector<std::thread> threads_;
};

}  // namespace turnpike
