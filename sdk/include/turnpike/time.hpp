#pragma once

#include <cstdint>
#include <string>

namespace turnpike {

/// "2026-11-27T08:30:00Z": seconds, UTC, as RFC 3339 and ISO 8601 write it.  The calendar is the proleptic Gregorian
/// one (days from civil, Howard Hinnant's algorithm), so no library and no time zone is asked.
inline std::string rfc3339(int64_t unix_ms) {
    int64_t seconds = unix_ms / 1000;
    if (unix_ms % 1000 < 0) --seconds;
    int64_t days = seconds / 86400;
    int64_t rest = seconds % 86400;
    if (rest < 0) {
        rest += 86400;
        --days;
    }
    const int64_t z = days + 719468;
    const int64_t era = (z >= 0 ? z : z - 146096) / 146097;
    const int64_t day_of_era = z - era * 146097;
    const int64_t year_of_era =
        (day_of_era - day_of_era / 1460 + day_of_era / 36524 - day_of_era / 146096) / 365;
    const int64_t day_of_year =
        day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    const int64_t shifted = (5 * day_of_year + 2) / 153;
    const int64_t day = day_of_year - (153 * shifted + 2) / 5 + 1;
    const int64_t month = shifted < 10 ? shifted + 3 : shifted - 9;
    const int64_t year = year_of_era + era * 400 + (month <= 2 ? 1 : 0);
    auto digits = [](int64_t number, size_t width) {
        std::string out = std::to_string(number);
        return out.size() < width ? std::string(width - out.size(), '0') + out : out;
    };
    return digits(year, 4) + '-' + digits(month, 2) + '-' + digits(day, 2) + 'T' +
           digits(rest / 3600, 2) + ':' + digits(rest / 60 % 60, 2) + ':' + digits(rest % 60, 2) +
           'Z';
}

}  // namespace turnpike
