#pragma once

#include <coroutine>
#include <exception>
#include <optional>
#include <utility>

namespace turnpike {

/// A coroutine that waits for events, and for other tasks.  It starts when it is awaited.  When an
/// event has not happened yet, the whole stack of frames is dropped: the next step runs the
/// operation again from the top, so locals need never outlive a step.
template <class T>
class [[nodiscard]] Task {
  public:
    class promise_type;
    using Handle = std::coroutine_handle<promise_type>;

    class promise_type {
      public:
        Task get_return_object() { return Task(Handle::from_promise(*this)); }
        std::suspend_always initial_suspend() noexcept { return {}; }
        auto final_suspend() noexcept { return Finish{}; }
        template <class U>
        void return_value(U&& value) {
            value_.emplace(std::forward<U>(value));
        }
        void unhandled_exception() noexcept { exception_ = std::current_exception(); }

      private:
        friend class Task;
        std::coroutine_handle<> awaiting_ = std::noop_coroutine();
        std::optional<T> value_;
        std::exception_ptr exception_;
    };

    Task(Task&& other) noexcept : handle_(std::exchange(other.handle_, nullptr)) {}
    Task& operator=(Task&&) = delete;
    ~Task() {
        if (handle_) handle_.destroy();
    }

    bool await_ready() const noexcept { return false; }
    std::coroutine_handle<> await_suspend(std::coroutine_handle<> awaiting) noexcept {
        handle_.promise().awaiting_ = awaiting;
        return handle_;
    }
    T await_resume() { return take(); }

    /// For the export only: runs until the end or the first event that has not happened.
    bool run() {
        handle_.resume();
        return handle_.done();
    }
    T take() {
        promise_type& promise = handle_.promise();
        if (promise.exception_) std::rethrow_exception(promise.exception_);
        return std::move(*promise.value_);
    }

  private:
    struct Finish {
        bool await_ready() const noexcept { return false; }
        std::coroutine_handle<> await_suspend(Handle handle) const noexcept {
            return handle.promise().awaiting_;
        }
        void await_resume() const noexcept {}
    };

    explicit Task(Handle handle) : handle_(handle) {}
    Handle handle_;
};

}  // namespace turnpike
