#pragma once

#include <optional>
#include <string>
#include <vector>

#include "host/plugins/step.hpp"
#include "turnpike/provider.h"

namespace turnpike::plugins {

/// Copies what a plugin hands over, checking every byte that could mean something to somebody else: header names are
/// tokens, values have no control characters, texts are UTF-8, sizes are bounded.  nullopt: `wrong` names the rule.
std::optional<HttpRequest> read_request(const tpk_http_request& request, std::string& wrong);
std::optional<PluginError> read_error(const tpk_error& error, std::string& wrong);
bool read_headers(const tpk_header* headers, uint32_t count, std::vector<Header>& out);

}  // namespace turnpike::plugins
