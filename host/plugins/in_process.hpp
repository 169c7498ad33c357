#pragma once

#include <memory>
#include <string>

#include "host/base/result.hpp"
#include "host/plugins/collector.hpp"
#include "host/plugins/instance.hpp"
#include "turnpike/provider.h"

namespace turnpike::plugins {

/// What an instance is made from.  Secrets; never logged.
struct InstanceSetup {
    std::string integration;
    std::string mode;                     ///< "test" or "live"
    std::vector<std::string> currencies;
    json::Value settings;                 ///< without those only proofs use
    SettingTexts texts;                   ///< every setting as text, for keys named by setting
    std::string webhook_url;
    json::Value scripts = {};             ///< {"name": "source"} for the category script; null elsewhere
};

/// What create() is given, as JSON: integration, mode, currencies, settings, webhook_url, scripts.
std::string config_text(const InstanceSetup& setup);
/// Why create() made nothing: 422 integration_misconfigured with the setting at fault, or plugin_fault.
Failure refused_settings(const Outcome& outcome, const InstanceSetup& setup);

/// An instance in this process.  `provider` lives for ever (plugins are never unloaded).
Result<InstancePtr> create_in_process(const tpk_provider& provider, std::shared_ptr<const config::Manifest> manifest,
                                      const InstanceSetup& setup);

}  // namespace turnpike::plugins
