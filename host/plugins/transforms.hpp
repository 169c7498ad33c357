#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace turnpike::plugins {

/// tpk_host.transform: sdk/docs/transforms.md says what each name takes and gives.  nullopt = 0.
std::optional<std::string> transform(std::string_view name, std::string_view data);
/// Whether this host has the transform (a manifest may require it).
bool knows_transform(std::string_view name);

}  // namespace turnpike::plugins
