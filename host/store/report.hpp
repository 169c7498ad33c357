#pragma once

#include <cstdint>

#include "host/store/error.hpp"

namespace turnpike::store {

/// Says on stderr, as a line of the host's log, what the store refused; at most one line a second.  The message holds no
/// value of any row.
void report(const StoreError& error);
/// How often report() was called, said or not.
uint64_t errors_reported();

}  // namespace turnpike::store
