#pragma once

#include <cstdint>
#include <optional>

#include "host/base/random.hpp"

namespace turnpike::outgoing {

/// Attempts there are: at once, then after 5 s, 5 min, 30 min, 2 h, 5 h, 10 h, 14 h, 20 h and 24 h: 75 hours in all
/// (Standard Webhooks 1.0).
constexpr int kAttemptsMax = 10;

/// How long to wait after `attempts` failures, up to a tenth more by chance so that endpoints that failed together do not
/// come back together; nullopt when it is given up.  `retry_after_s` of the endpoint counts when it is longer, up to a day.
std::optional<int64_t> pause_ms(int attempts, int64_t retry_after_s, Random& random);

}  // namespace turnpike::outgoing
