#pragma once

#include <string>

#include "host/base/random.hpp"
#include "host/config/config.hpp"
#include "host/config/keyring.hpp"
#include "host/config/manifest.hpp"

namespace turnpike::config {

/// How an integration's secrets are shown.
enum class Secrets {
    masked,  ///< "********": for people
    sealed,  ///< sealed:v1:...: for rows and exports
};

/// The integration under the names YAML uses; read_integration reads it back.
json::Value integration_json(const IntegrationDef& def, Secrets secrets, const Keyring* keyring, Random* random);

/// Integrations as a YAML document that `integrations import` takes; secrets are sealed.
std::string integrations_yaml(const std::vector<json::Value>& sealed);

}  // namespace turnpike::config
