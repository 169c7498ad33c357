#pragma once

#include "host/base/problem.hpp"
#include "host/exchange/exchange.hpp"

namespace turnpike::payments {

/// A plugin's failure in the API's words (money.md 10).
Problem plugin_problem(const exchange::OperationResult& result);

}  // namespace turnpike::payments
