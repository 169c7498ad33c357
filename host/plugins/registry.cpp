#include "host/plugins/registry.hpp"

#include <algorithm>
#include <fstream>
#include <sstream>

namespace turnpike::plugins {
namespace {

/// Folders of a directory that hold a manifest of their own name, in order.
std::vector<std::filesystem::path> provider_folders(const std::filesystem::path& directory) {
    std::vector<std::filesystem::path> out;
    std::error_code none;
    for (const auto& entry : std::filesystem::directory_iterator(directory, none)) {
        const auto id = entry.path().filename().string();
        if (std::filesystem::exists(entry.path() / (id + ".provider.json"), none)) out.push_back(entry.path());
    }
    std::sort(out.begin(), out.end());
    return out;
}

json::Value texts_json(const std::vector<std::string>& list) {
    json::Value out = json::Value::array();
    for (const std::string& item : list) out.push(item);
    return out;
}

json::Value setting_member(const config::Manifest& m) {
    const json::Value* settings = m.raw.find("settings");
    return settings ? *settings : json::Value::array();
}

}  // namespace

PluginRegistry PluginRegistry::load(const std::vector<PluginDirectory>& directories, LoadPolicy policy, bool safe_mode) {
    PluginRegistry out;
    for (const PluginDirectory& directory : directories)
        for (const auto& folder : provider_folders(directory.path)) {
            const std::string id = folder.filename().string();
            if (out.plugins_.count(id)) continue;
            policy.bundled = directory.bundled;
            auto plugin = safe_mode && !directory.bundled ? Result<std::shared_ptr<const Plugin>>(failure(503, "plugin_refused", "plugin " + id + ": not loaded in safe mode; start without --safe-mode to use it"))
                                                          : load_plugin(folder, id, policy);
            if (plugin) out.plugins_[id] = std::move(*plugin);
            else out.failures_.push_back({id, (folder / (id + ".so")).string(), plugin.error().detail});
        }
    return out;
}

std::shared_ptr<const Plugin> PluginRegistry::find(const std::string& id) const {
    const auto found = plugins_.find(id);
    return found == plugins_.end() ? nullptr : found->second;
}

std::map<std::string, config::Manifest> read_manifests(const std::vector<std::filesystem::path>& directories, std::vector<LoadFailure>* refused) {
    std::map<std::string, config::Manifest> out;
    for (const auto& directory : directories)
        for (const auto& folder : provider_folders(directory)) {
            const std::string id = folder.filename().string();
            const auto file = folder / (id + ".provider.json");
            std::ifstream in(file, std::ios::binary);
            std::ostringstream text;
            text << in.rdbuf();
            auto manifest = config::read_manifest(text.str(), file.string());
            if (manifest) out.emplace(id, std::move(*manifest));
            else if (refused) refused->push_back({id, file.string(), manifest.error().detail});
        }
    return out;
}

json::Value providers_json(const std::map<std::string, config::Manifest>& manifests) {
    json::Value list = json::Value::array();
    for (const auto& [id, m] : manifests) {
        json::Value operations = json::Value::array();
        for (const auto& operation : m.operations) operations.push(operation.name);
        std::vector<std::string> codes;
        for (const auto& currency : m.currencies) codes.push_back(currency.code);
        const json::Value* webhook = m.raw.find("webhook");
        list.push(json::Value::object({{"id", id}, {"name", m.name}, {"version", m.version}, {"category", m.raw.text("category")},
                                       {"operations", std::move(operations)}, {"currencies", texts_json(codes)},
                                       {"settings", setting_member(m)}, {"webhook_setup", webhook ? webhook->text("setup") : ""}, {"file", m.file}}));
    }
    return json::Value::object({{"providers", std::move(list)}});
}

}  // namespace turnpike::plugins
