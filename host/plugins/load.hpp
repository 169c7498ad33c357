#pragma once

#include <filesystem>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "host/base/result.hpp"
#include "host/config/manifest.hpp"
#include "host/plugins/in_process.hpp"

namespace turnpike::plugins {

struct LoadPolicy {
    bool require_signature = false;
    std::vector<std::string> trusted_keys;  ///< Ed25519 public keys, PEM
    std::string pin_sha256;                 ///< hex; empty = any
};

/// The manifest's pages by name: HTML whose hash was checked when the plugin was loaded.
using Pages = std::map<std::string, std::string>;

/// A provider whose code is loaded; it stays loaded as long as the process lives.
class Plugin {
  public:
    Plugin(const tpk_provider& provider, std::shared_ptr<const config::Manifest> manifest, std::string sha256, Pages pages)
        : provider_(provider), manifest_(std::move(manifest)), sha256_(std::move(sha256)), pages_(std::make_shared<const Pages>(std::move(pages))) {}
    const config::Manifest& manifest() const { return *manifest_; }
    const std::shared_ptr<const config::Manifest>& shared_manifest() const { return manifest_; }
    const std::string& sha256() const { return sha256_; }  ///< of the .so, hex
    const std::shared_ptr<const Pages>& pages() const { return pages_; }
    Result<InstancePtr> create(const InstanceSetup& setup) const { return create_in_process(provider_, manifest_, setup); }

  private:
    const tpk_provider& provider_;
    std::shared_ptr<const config::Manifest> manifest_;
    std::string sha256_;
    std::shared_ptr<const Pages> pages_;
};

/// Loads `<folder>/<id>.so` beside `<id>.provider.json` (plugin-abi.md 14).  Every byte that runs is a byte that was
/// checked: the file is copied into a sealed memory file first.  Failure: 503 plugin_refused, the detail says which
/// rule and who must do what.
Result<std::shared_ptr<const Plugin>> load_plugin(const std::filesystem::path& folder, const std::string& id,
                                                  const LoadPolicy& policy);

}  // namespace turnpike::plugins
