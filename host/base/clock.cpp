#include "host/base/clock.hpp"

#include <charconv>
#include <chrono>
#include <cstdio>
#include <ctime>

namespace turnpike {

int64_t SystemClock::now_ms() const {
    using namespace std::chrono;
    return duration_cast<milliseconds>(system_clock::now().time_since_epoch()).count();
}

int64_t steady_ms() {
    using namespace std::chrono;
    return duration_cast<milliseconds>(steady_clock::now().time_since_epoch()).count();
}

int64_t steady_us() {
    using namespace std::chrono;
    return duration_cast<microseconds>(steady_clock::now().time_since_epoch()).count();
}

TimeText rfc3339(int64_t unix_ms) {
    int64_t seconds = unix_ms / 1000;
    int64_t millis = unix_ms % 1000;
    if (millis < 0) {
        millis += 1000;
        --seconds;
    }
    const std::time_t when = static_cast<std::time_t>(seconds);
    std::tm utc{};
    gmtime_r(&when, &utc);
    char buffer[80];
    std::snprintf(buffer, sizeof buffer, "%04d-%02d-%02dT%02d:%02d:%02d.%03dZ", utc.tm_year + 1900,
                  utc.tm_mon + 1, utc.tm_mday, utc.tm_hour, utc.tm_min, utc.tm_sec,
                  static_cast<int>(millis));
    TimeText out{};
    std::snprintf(out.text, sizeof out.text, "%.24s", buffer);
    return out;
}

std::optional<int64_t> day_ms(std::string_view text) {
    int year = 0;
    unsigned month = 0, day = 0;
    const char* at = text.data();
    const bool shape = text.size() == 10 && text[4] == '-' && text[7] == '-';
    const bool digits = shape && std::from_chars(at, at + 4, year).ptr == at + 4 && std::from_chars(at + 5, at + 7, month).ptr == at + 7 && std::from_chars(at + 8, at + 10, day).ptr == at + 10;
    if (!digits) return std::nullopt;
    const std::chrono::year_month_day date{std::chrono::year(year), std::chrono::month(month), std::chrono::day(day)};
    if (!date.ok()) return std::nullopt;
    return std::chrono::duration_cast<std::chrono::milliseconds>(std::chrono::sys_days(date).time_since_epoch()).count();
}

}  // namespace turnpike
