#include "host/base/clock.hpp"

#include <charconv>
#include <chrono>

namespace turnpike {
namespace {

void put_digits(char* to, int count, unsigned number) {
    for (char* at = to + count; at-- > to; number /= 10) *at = static_cast<char>('0' + number % 10);
}

}  // namespace

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
    using namespace std::chrono;
    const sys_time<milliseconds> when{milliseconds(unix_ms)};
    const auto day = floor<days>(when);
    const year_month_day date(day);
    const hh_mm_ss time(when - day);
    TimeText out{"0000-00-00T00:00:00.000Z"};
    put_digits(out.text, 4, static_cast<unsigned>(static_cast<int>(date.year())));
    put_digits(out.text + 5, 2, static_cast<unsigned>(date.month()));
    put_digits(out.text + 8, 2, static_cast<unsigned>(date.day()));
    put_digits(out.text + 11, 2, static_cast<unsigned>(time.hours().count()));
    put_digits(out.text + 14, 2, static_cast<unsigned>(time.minutes().count()));
    put_digits(out.text + 17, 2, static_cast<unsigned>(time.seconds().count()));
    put_digits(out.text + 20, 3, static_cast<unsigned>(time.subseconds().count()));
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
