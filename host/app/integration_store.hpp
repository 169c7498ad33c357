#pragma once

#include <string>

#include "host/base/random.hpp"
#include "host/config/keyring.hpp"
#include "host/payments/integration.hpp"
#include "host/plugins/registry.hpp"
#include "host/store/store.hpp"

namespace turnpike::app {

/// Rows of integrations: definitions (versioned, secrets sealed) and what is learned about any integration.
class IntegrationStore {
  public:
    IntegrationStore(store::Store& store, const config::Keyring& keyring, Random& random) : store_(store), keyring_(keyring), random_(random) {}

    /// Validates and writes.  An omitted secret keeps its value, null clears it.  Failure: 422 with a field error for
    /// every fault, 409 integration_fixed when provider or mode would change after the first payment.
    Result<void> save(const std::string& id, json::Value definition, const plugins::PluginRegistry& registry, const std::string& actor);

    static void remove(store::Tx& tx, const std::string& id, const std::string& actor);
    static void set_enabled(store::Tx& tx, const payments::Integration& integration, bool enabled, const std::string& actor);
    /// The next secret; the one before stays valid for a day.
    static void rotate_hook(store::Tx& tx, const payments::Integration& integration, const std::string& actor);
    /// Keeps the account *Test* found and settings an operation made.
    static void learn(store::Tx& tx, const config::Keyring& keyring, Random& random, const payments::Integration& integration,
                      const std::string& account, const json::Value* settings);

  private:
    std::optional<json::Value> stored(const std::string& id);

    store::Store& store_;
    const config::Keyring& keyring_;
    Random& random_;
};

}  // namespace turnpike::app
