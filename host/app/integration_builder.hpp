#pragma once

#include <optional>
#include <string>
#include <vector>

#include "host/config/integration_reader.hpp"
#include "host/payments/integration.hpp"
#include "host/plugins/registry.hpp"
#include "host/store/store.hpp"
#include "host/worker/launcher.hpp"

namespace turnpike::app {

/// What is learned of an integration, wherever it is declared (integration_facts).
struct Facts {
    std::string account;
    int64_t hook_n = 1;
    int64_t hook_overlap_until = 0;
    std::optional<bool> enabled;
    json::Value settings;  ///< settable fields an operation wrote, sealed
};
Facts load_facts(store::Session& db, const std::string& id);

struct BuildContext {
    store::Store& store;
    const plugins::PluginRegistry& registry;
    worker::Launcher& launcher;
    const config::Manifests& manifests;
    const config::Keyring& keyring;
    std::string public_url;
    std::optional<std::string> sandbox_url;  ///< development only
    json::Value scripts = {};                ///< every script's source by name, for the category script
};

/// Makes one integration ready; a provider that cannot be used leaves it unavailable with the reason.
payments::IntegrationPtr build_integration(config::IntegrationDef def, const BuildContext& context);

/// Those of the file and those of the store.  Failure: 422 integration_twice names both places.
Result<payments::Integrations::Map> build_integrations(const config::Config& config, const BuildContext& context);

/// The store's definitions; what cannot be read any more is left out and named in `faults`.
std::vector<config::IntegrationDef> stored_definitions(const BuildContext& context, std::vector<std::string>& faults);

}  // namespace turnpike::app
