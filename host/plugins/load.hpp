#pragma once

#include <filesystem>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
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
    bool bundled = true;                    ///< its code is opened at once, in this process
};

/// The manifest's pages by name: HTML whose hash was checked when the plugin was loaded.
using Pages = std::map<std::string, std::string>;

/// A provider whose files were checked.  Its code is opened here when first needed, or never: a worker opens it from the
/// same sealed bytes.  What was opened stays as long as the process lives.  Any thread.
class Plugin {
  public:
    struct Parts {
        std::shared_ptr<const config::Manifest> manifest;
        std::string manifest_text;
        int fd = -1;  ///< the sealed bytes; never closed
        std::string sha256;
        std::shared_ptr<const Pages> pages;
        bool bundled = true;
    };
    explicit Plugin(Parts parts) : parts_(std::move(parts)) {}
    const config::Manifest& manifest() const { return *parts_.manifest; }
    const std::shared_ptr<const config::Manifest>& shared_manifest() const { return parts_.manifest; }
    const std::string& manifest_text() const { return parts_.manifest_text; }
    int fd() const { return parts_.fd; }
    const std::string& sha256() const { return parts_.sha256; }  ///< of the .so, hex
    const std::shared_ptr<const Pages>& pages() const { return parts_.pages; }
    bool bundled() const { return parts_.bundled; }  ///< came with this host

    Result<const tpk_provider*> open() const;
    /// An instance in this process.
    Result<InstancePtr> create(const InstanceSetup& setup) const;

  private:
    Parts parts_;
    mutable std::mutex mutex_;
    mutable std::optional<Result<const tpk_provider*>> opened_;
};

/// What a plugin's signature signs: a line "<sha256>  <name>" for each of .so, manifest and pages, by name.
std::string signed_list(const std::filesystem::path& folder, const std::string& id, const std::string& so_sha256, const std::string& manifest_text);

/// Loads `<folder>/<id>.so` beside `<id>.provider.json` (plugin-abi.md 14).  Every byte that runs is a byte that was
/// checked: the file is copied into a sealed memory file first.  Failure: 503 plugin_refused, the detail says which
/// rule and who must do what.
Result<std::shared_ptr<const Plugin>> load_plugin(const std::filesystem::path& folder, const std::string& id,
                                                  const LoadPolicy& policy);

}  // namespace turnpike::plugins
