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

/// Whether the provider can say what happened lately.  Where it cannot, a message that is lost is lost for good.
enum class Lists { no, yes };

/// The plugin of the simulated provider, in this process.  `integration`: whose it is; the provider is told.
plugins::InstancePtr make_plugin(std::string integration, Flow flow, Lists lists);

inline constexpr const char* kProviderHost = "api.provider.example";

}  // namespace turnpike::simulation
