#pragma once

#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include "host/plugins/load.hpp"

namespace turnpike::plugins {

/// A plugin that was found and cannot be used.
struct LoadFailure {
    std::string id;
    std::string file;
    std::string reason;
};

/// Where plugins lie.
struct PluginDirectory {
    PluginDirectory(std::filesystem::path where, bool is_bundled = true) : path(std::move(where)), bundled(is_bundled) {}
    std::filesystem::path path;
    bool bundled;  ///< came with this host
};

/// Every provider of the plugin folders.  Immutable once loaded; any thread.
class PluginRegistry {
  public:
    /// `directories` hold one folder a provider: <id>/<id>.so and <id>/<id>.provider.json.  Of two providers of one id
    /// the first directory's wins.  A plugin that cannot be loaded is a failure, never an error of the host.
    /// In safe mode a plugin that is not bundled is a failure, and nothing of it runs.
    static PluginRegistry load(const std::vector<PluginDirectory>& directories, LoadPolicy policy, bool safe_mode = false);

    std::shared_ptr<const Plugin> find(const std::string& id) const;
    const std::map<std::string, std::shared_ptr<const Plugin>>& plugins() const { return plugins_; }
    const std::vector<LoadFailure>& failures() const { return failures_; }

  private:
    std::map<std::string, std::shared_ptr<const Plugin>> plugins_;
    std::vector<LoadFailure> failures_;
};

/// The manifests of the plugin folders, without running any code; what cannot be read is told in `refused`.
std::map<std::string, config::Manifest> read_manifests(const std::vector<std::filesystem::path>& directories, std::vector<LoadFailure>* refused = nullptr);
/// `turnpike providers --json` (contracts.md 1).
json::Value providers_json(const std::map<std::string, config::Manifest>& manifests);

}  // namespace turnpike::plugins
