#pragma once

#include <string>
#include <string_view>

#include "host/base/result.hpp"
#include "turnpike/provider.h"

namespace turnpike::plugins {

/// 503 plugin_refused, in the words operators read.
Failure refused_plugin(const std::string& id, const std::string& why);

/// Loads the sealed bytes behind `fd` into this process with Boost.DLL and looks at what they export: magic, size, ABI
/// version, the three functions, and that the manifest inside is `manifest` to the byte.  The library and the
/// descriptor stay for ever (plugin-abi.md 14).  Failure: 503 plugin_refused, which says who must do what.
Result<const tpk_provider*> open_provider(const std::string& id, int fd, std::string_view manifest);

}  // namespace turnpike::plugins
