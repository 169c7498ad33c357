#pragma once

#include <string>
#include <vector>

#include "host/config/config.hpp"
#include "host/config/manifest.hpp"

namespace turnpike::config {

/// The hosts an integration may call: those of the manifest for its mode, narrowed by the operator.  "{settings.host}"
/// becomes the setting's text; a pattern whose setting is unset is left out.
std::vector<std::string> egress_hosts(const IntegrationDef& def, const Manifest& manifest);
/// The parts of a text setting, by commas or lines.
std::vector<std::string> setting_list(const IntegrationDef& def, const char* key);

}  // namespace turnpike::config
