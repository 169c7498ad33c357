#include "signing.hpp"

#include <algorithm>
#include <cstdint>

#include "turnpike/text.hpp"
#include "turnpike/time.hpp"

namespace duo {
namespace {

using turnpike::Host;
using turnpike::Key;

constexpr const char* kDays[] = {"Thu", "Fri", "Sat", "Sun", "Mon", "Tue", "Wed"};
constexpr const char* kMonths[] = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                   "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};

std::string hash(const Host& host, std::string_view bytes) {
    return std::string(host.hex(host.digest("sha512", bytes)));
}

}  // namespace

std::string rfc2822(int64_t unix_ms) {
    const std::string iso = turnpike::rfc3339(unix_ms);  // 2012-08-21T17:29:18Z
    const int month = (iso[5] - '0') * 10 + (iso[6] - '0');
    const char* day = kDays[unix_ms / 86'400'000 % 7];
    return std::string(day) + ", " + iso.substr(8, 2) + ' ' + kMonths[month - 1] + ' ' +
           iso.substr(0, 4) + ' ' + iso.substr(11, 8) + " -0000";
}

std::string canonical(const Params& params) {
    Params encoded;
    for (const auto& [name, value] : params)
        encoded.emplace_back(turnpike::percent(name), turnpike::percent(value));
    std::sort(encoded.begin(), encoded.end());
    std::string out;
    for (const auto& [name, value] : encoded) {
        if (!out.empty()) out += '&';
        out += name;
        out += '=';
        out += value;
    }
    return out;
}

std::string authorization(const Host& host, const Signed& request, bool version_5,
                          std::string_view integration_key) {
    std::string text = request.date + '\n' + request.method + '\n' + request.host + '\n' +
                       request.path + '\n' + request.query;
    // Version 5 ends with the hash of the x-duo-* headers, of which we send none.
    if (version_5) {
        text += '\n' + hash(host, request.body) + '\n' + hash(host, "");
    } else {
        text += request.form;
    }
    const std::string_view mac = host.hmac("hmac-sha512", Key::setting("secret_key"), text);
    const std::string pair = std::string(integration_key) + ':' + std::string(host.hex(mac));
    return "Basic " + std::string(host.base64(pair));
}

}  // namespace duo
