#pragma once

namespace turnpike::worker {

/// What turnpike-worker is started with.
constexpr int kSocketFd = 3;
constexpr int kPluginFd = 4;

/// Sanitizers report on the error stream; a released worker has none.
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
constexpr bool kKeepsErrorStream = true;
#else
constexpr bool kKeepsErrorStream = false;
#endif

}  // namespace turnpike::worker
