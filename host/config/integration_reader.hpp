#pragma once

#include <map>
#include <optional>
#include <string>

#include "host/config/setting_reader.hpp"

namespace turnpike::config {

using Manifests = std::map<std::string, Manifest>;

/// Reads one integration, from YAML or from the API's JSON (`id` then comes from the path).  Every fault becomes a
/// diagnostic; nullopt when there is not even a provider to check against.
std::optional<IntegrationDef> read_integration(const Node& node, const Manifests& manifests, const ReadContext& context,
                                               Diagnostics& diagnostics, const std::string& id_from_path = {});

bool is_integration_id(const std::string& text);

}  // namespace turnpike::config
