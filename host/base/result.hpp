#pragma once

#include <tl/expected.hpp>

#include "host/base/problem.hpp"

namespace turnpike {

/// A value, or the reason why there is none.  Expected failures travel as values; exceptions are for
/// start-up and are caught once at each border (HTTP handler, plugin call, committer unit).
template <class T>
using Result = tl::expected<T, Problem>;

using Failure = tl::unexpected<Problem>;

inline Failure failure(Problem p) { return Failure(std::move(p)); }
inline Failure failure(int status, std::string code, std::string detail) {
    return Failure(problem(status, std::move(code), std::move(detail)));
}

}  // namespace turnpike
