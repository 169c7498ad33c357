#include "host/plugins/open_code.hpp"

#include <boost/dll/shared_library.hpp>
#include <memory>
#include <mutex>
#include <vector>

#include "host/plugins/views.hpp"

namespace turnpike::plugins {

Failure refused_plugin(const std::string& id, const std::string& why) { return failure(503, "plugin_refused", "plugin " + id + ": " + why); }

namespace {

Result<void> check_provider(const std::string& id, const tpk_provider& p, std::string_view manifest) {
    if (p.magic != TPK_MAGIC || p.size < sizeof(tpk_provider)) return refused_plugin(id, "its turnpike_provider_v1 is not one (magic or size): rebuild it with this SDK");
    if (p.abi_minor_needed > TPK_ABI_MINOR)
        return refused_plugin(id, "needs ABI 1." + std::to_string(p.abi_minor_needed) + ", this host has 1." + std::to_string(TPK_ABI_MINOR) + ": upgrade the host");
    if (!p.create || !p.step || !p.destroy) return refused_plugin(id, "lacks create, step or destroy");
    if (view_of(p.manifest_json) != manifest) return refused_plugin(id, "the manifest inside differs from " + id + ".provider.json: install both from one build");
    return {};
}

/// Plugins are never unloaded, not even when the process ends: their code may still be running then.
const boost::dll::shared_library* keep_for_ever(std::unique_ptr<boost::dll::shared_library> library) {
    static std::mutex mutex;
    static auto& kept = *new std::vector<std::unique_ptr<boost::dll::shared_library>>();
    std::lock_guard lock(mutex);
    kept.push_back(std::move(library));
    return kept.back().get();
}

/// rtld_now | rtld_local on the sealed bytes; the library and its descriptor stay for ever.
Result<const tpk_provider*> open_code(const std::string& id, int fd) {
    const std::string path = "/proc/self/fd/" + std::to_string(fd);
    boost::dll::fs::error_code error;
    auto opened = std::make_unique<boost::dll::shared_library>(path, boost::dll::load_mode::rtld_now | boost::dll::load_mode::rtld_local, error);
    if (error) return refused_plugin(id, "cannot be loaded: " + error.message());
    const boost::dll::shared_library* library = keep_for_ever(std::move(opened));
    if (!library->has("turnpike_provider_v1")) return refused_plugin(id, "has no turnpike_provider_v1: it was built for another major version of the ABI");
    return &library->get<const tpk_provider>("turnpike_provider_v1");
}

}  // namespace

Result<const tpk_provider*> open_provider(const std::string& id, int fd, std::string_view manifest) {
    const auto provider = open_code(id, fd);
    if (!provider) return Failure(provider.error());
    if (auto ok = check_provider(id, **provider, manifest); !ok) return Failure(ok.error());
    return *provider;
}

}  // namespace turnpike::plugins
