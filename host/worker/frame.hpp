#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace turnpike::worker {

/// {u32 len, u32 type, u64 call} and `len` bytes, on a stream socket.
enum class FrameType : uint32_t {
    start = 1,    ///< host: Start
    started,      ///< worker: Started
    step,         ///< host: StepMessage
    outcome,      ///< worker: Outcome
    unknown,      ///< worker: it does not have the events the step builds on; the host sends all of them
    prove,        ///< worker: KeyProof
    proven,       ///< host: Proven
    use_key,      ///< worker: KeyUse
    key_used,     ///< host: optional bytes
};

struct Frame {
    FrameType type = FrameType::start;
    uint64_t call = 0;
    std::string bytes;
};

/// The largest payload either side takes: a step with all an operation may have read.
constexpr uint32_t kFrameMax = 96u << 20;

enum class ReadEnd { frame, closed, timed_out, broken };

/// Writes all of it; false when the other side is gone.  Never raises SIGPIPE.
bool send_frame(int fd, FrameType type, uint64_t call, std::string_view bytes);
/// Reads one frame; the socket's SO_RCVTIMEO bounds each wait.  Looks for it for `eager_us` before it sleeps: most steps are
/// shorter than going to sleep and being woken is.
ReadEnd read_frame(int fd, Frame& into, int64_t eager_us = 0);

}  // namespace turnpike::worker
