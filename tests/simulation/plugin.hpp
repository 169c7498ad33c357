#pragma once

#include <memory>
#include <string>

#include "host/plugins/instance.hpp"

namespace turnpike::simulation {

/// How a payment of this integration comes to be.
enum class Flow {
    redirect,  ///< creating moves no money; the payer pays at the provider
    direct,    ///< creating charges the payer at once
};

/// The plugin of the simulated provider, in this process.  `integration`: whose it is; the provider is told.
plugins::InstancePtr make_plugin(std::string integration, Flow flow);
/// Its manifest, which make_plugin's instance has.
config::Manifest make_manifest(Flow flow);

inline constexpr const char* kProviderHost = "api.provider.example";

}  // namespace turnpike::simulation
