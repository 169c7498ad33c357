#pragma once

#include <functional>
#include <memory>
#include <optional>

#include "host/base/result.hpp"
#include "host/store/error.hpp"
#include "host/store/store.hpp"

namespace turnpike::payments {

/// Thrown in a unit to roll it back and answer with the problem.
struct Rejected {
    Problem problem;
};
[[noreturn]] inline void refuse(int status, std::string code, std::string detail) { throw Rejected{problem(status, std::move(code), std::move(detail))}; }
template <class T>
T unwrap(Result<T> result) {
    if (!result) throw Rejected{result.error()};
    return std::move(*result);
}

inline Problem problem_of(std::exception_ptr failed) {
    try {
        std::rethrow_exception(failed);
    } catch (const Rejected& rejected) {
        return rejected.problem;
    } catch (const store::StoreError& e) {
        const bool full = e.kind() == store::StoreError::Kind::full, lost = e.kind() == store::StoreError::Kind::lost;
        Problem p = problem(503, full ? "store_full" : "store_unavailable",
                            lost ? "The store cannot be reached, and whether it has this is not known yet; ask again with the same idempotency key." : "The store cannot take this now; nothing was changed.");
        p.retryable = true;
        return p;
    } catch (...) {
        return problem(500, "internal", "The request failed inside the host; nothing was changed.");
    }
}

/// Runs `work` as one unit of the committer; `then` gets its value after the commit, or the problem.  `then` runs on
/// the committer's thread and must be short.
template <class T>
void in_unit(store::Store& store, std::function<T(store::Tx&)> work, std::function<void(Result<T>)> then) {
    auto value = std::make_shared<std::optional<T>>();
    store.committer().submit([work = std::move(work), value](store::Tx& tx) { *value = work(tx); },
                             [value, then = std::move(then)](std::exception_ptr failed) {
                                 if (failed) then(failure(problem_of(failed)));
                                 else then(std::move(**value));
                             });
}

}  // namespace turnpike::payments
