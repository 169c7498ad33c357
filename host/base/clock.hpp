#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace turnpike {

/// Wall time in Unix milliseconds.  The only source of time for everything that is stored or signed,
/// so that tests and the simulator can move it.
class Clock {
  public:
    virtual ~Clock() = default;
    virtual int64_t now_ms() const = 0;
};

/// The machine's clock.  Thread-safe.
class SystemClock final : public Clock {
  public:
    int64_t now_ms() const override;
};

/// A clock that only moves when told.  Not thread-safe while it is being moved.
class ManualClock final : public Clock {
  public:
    explicit ManualClock(int64_t start_ms) : now_ms_(start_ms) {}
    int64_t now_ms() const override { return now_ms_; }
    void advance_ms(int64_t by) { now_ms_ += by; }
    void set_ms(int64_t to) { now_ms_ = to; }

  private:
    int64_t now_ms_;
};

/// Milliseconds of a clock that never goes backwards; for durations and deadlines inside the process.
int64_t steady_ms();
int64_t steady_us();

/// RFC 3339 in UTC with milliseconds, as the API and the log show times: 2026-01-31T12:00:00.000Z.
struct TimeText {
    char text[25];
};
TimeText rfc3339(int64_t unix_ms);

/// The start in UTC of a day such as 2026-11-22, in unix milliseconds; nothing for any other text.
std::optional<int64_t> day_ms(std::string_view text);

}  // namespace turnpike
