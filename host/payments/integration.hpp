#pragma once

#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "host/exchange/route.hpp"
#include "host/payments/source.hpp"
#include "host/plugins/instance.hpp"

namespace turnpike::payments {

/// One configured integration, ready to be used or with the reason why not.  Immutable; replaced as a whole.
struct Integration {
    Source source;
    plugins::InstancePtr instance;                  ///< null while unavailable
    plugins::InstancePtr decoy;                     ///< the same with random webhook keys: it must refuse every message
    std::shared_ptr<const exchange::Route> route;
    std::string unavailable;                        ///< why there is no instance
    std::string webhook_url;
    std::vector<std::string> hook_secrets;          ///< those that are valid now, newest first
    bool enabled = true;
    bool from_file = false;
    std::shared_ptr<const std::map<std::string, std::string>> pages;  ///< the manifest's, by name; null while unavailable

    const std::string& id() const { return source.def.id; }
    const config::Manifest& manifest() const { return *source.manifest; }
};
using IntegrationPtr = std::shared_ptr<const Integration>;

/// The integrations as they are now.  Any thread; a reader keeps what it took.
class Integrations {
  public:
    using Map = std::map<std::string, IntegrationPtr>;
    IntegrationPtr find(const std::string& id) const;
    std::shared_ptr<const Map> all() const;
    void replace(Map integrations);
    /// Takes an integration out of use, with the reason, until it is built anew.
    void quarantine(const std::string& id, const std::string& reason);

  private:
    mutable std::mutex mutex_;
    std::shared_ptr<const Map> map_ = std::make_shared<const Map>();
};

}  // namespace turnpike::payments
