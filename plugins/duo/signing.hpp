#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "turnpike/host.hpp"

namespace duo {

using Params = std::vector<std::pair<std::string, std::string>>;

/// "Tue, 21 Aug 2012 17:29:18 -0000", the date Duo signs.
std::string rfc2822(int64_t unix_ms);
/// Percent-encoded pairs sorted by name then value, joined by '&'.
std::string canonical(const Params& params);

struct Signed {
    std::string method, host, path, date;
    std::string query;  ///< canonical, of GET
    std::string form;   ///< canonical, of a version 2 POST
    std::string body;   ///< the exact bytes, of version 5
};
/// "Basic ..." by version 5 (HMAC-SHA512 over the hash of the body) or 2 (over the parameters).
std::string authorization(const turnpike::Host& host, const Signed& request, bool version_5,
                          std::string_view integration_key);

}  // namespace duo
