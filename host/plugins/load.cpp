#include "host/plugins/load.hpp"

#include <unistd.h>

#include <algorithm>
#include <boost/dll/shared_library.hpp>
#include <fstream>
#include <map>
#include <memory>
#include <mutex>
#include <sstream>

#include "host/base/crypto.hpp"
#include "host/base/encoding.hpp"
#include "host/plugins/crypto_services.hpp"
#include "host/plugins/elf.hpp"
#include "host/plugins/sealed_copy.hpp"
#include "host/plugins/transforms.hpp"
#include "host/plugins/views.hpp"

namespace turnpike::plugins {
namespace {

Failure refuse(const std::string& id, const std::string& why) { return failure(503, "plugin_refused", "plugin " + id + ": " + why); }

Result<std::string> read_text(const std::filesystem::path& file) {
    std::ifstream in(file, std::ios::binary);
    if (!in) return failure(503, "plugin_refused", file.string() + " cannot be opened");
    std::ostringstream out;
    out << in.rdbuf();
    return out.str();
}

/// What a signature signs: one line "<sha256>  <name>" a file, by name.
std::string signed_list(const std::filesystem::path& folder, const std::string& id, const std::string& so_hash, const std::string& manifest) {
    std::map<std::string, std::string> files = {{id + ".so", so_hash}, {id + ".provider.json", to_hex(sha256(manifest))}};
    std::error_code none;
    for (const auto& page : std::filesystem::recursive_directory_iterator(folder / "pages", none))
        if (page.is_regular_file())
            if (const auto text = read_text(page.path())) files[std::filesystem::relative(page.path(), folder).string()] = to_hex(sha256(*text));
    std::string out;
    for (const auto& [name, hash] : files) out += hash + "  " + name + "\n";
    return out;
}

Result<void> check_signature(const std::filesystem::path& folder, const std::string& id, const std::string& list, const LoadPolicy& policy) {
    const auto text = read_text(folder / (id + ".sig"));
    if (!text) {
        if (!policy.require_signature) return {};
        return refuse(id, "is not signed and plugins.require_signature is on: its author signs it with turnpike-plugin sign");
    }
    const auto signature = from_base64(text->substr(0, text->find_last_not_of(" \r\n") + 1));
    const bool good = signature && std::any_of(policy.trusted_keys.begin(), policy.trusted_keys.end(), [&](const std::string& key) {
                          return verify_with("Ed25519", key, list, *signature);
                      });
    if (good || (policy.trusted_keys.empty() && !policy.require_signature)) return {};
    return refuse(id, "its signature fits none of plugins.trusted_keys");
}

Result<void> check_provider(const std::string& id, const tpk_provider& p, const std::string& manifest) {
    if (p.magic != TPK_MAGIC || p.size < sizeof(tpk_provider)) return refuse(id, "its turnpike_provider_v1 is not one (magic or size): rebuild it with this SDK");
    if (p.abi_minor_needed > TPK_ABI_MINOR)
        return refuse(id, "needs ABI 1." + std::to_string(p.abi_minor_needed) + ", this host has 1." + std::to_string(TPK_ABI_MINOR) + ": upgrade the host");
    if (!p.create || !p.step || !p.destroy) return refuse(id, "lacks create, step or destroy");
    if (view_of(p.manifest_json) != manifest) return refuse(id, "the manifest inside differs from " + id + ".provider.json: install both from one build");
    return {};
}

Result<void> check_needs(const std::string& id, const config::Manifest& manifest) {
    const json::Value* needs = manifest.raw.at_pointer("/requires/transforms");
    if (!needs) return {};
    for (const json::Value& item : needs->items()) {
        const auto name = item.string();
        if (name && !knows_transform(*name)) return refuse(id, "needs the transform " + std::string(*name) + ", which this host lacks: upgrade the host");
    }
    return {};
}

Result<Pages> load_pages(const std::filesystem::path& folder, const std::string& id, const config::Manifest& manifest) {
    Pages out;
    for (const auto& [name, page] : manifest.pages) {
        const bool outside = page.file.rfind("pages/", 0) != 0 || page.file.find("..") != std::string::npos;
        const auto text = outside ? Result<std::string>(refuse(id, "keeps the page " + name + " outside its folder pages")) : read_text(folder / page.file);
        if (!text) return Failure(text.error());
        const std::string hash = to_hex(sha256(*text));
        if (hash != page.sha256) return refuse(id, page.file + " has the SHA-256 " + hash + ", its manifest says another: install both from one build");
        out[name] = *text;
    }
    return out;
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
Result<const tpk_provider*> open_code(const std::string& id, const SealedCopy& copy) {
    const std::string path = "/proc/self/fd/" + std::to_string(copy.fd);
    boost::dll::fs::error_code error;
    auto opened = std::make_unique<boost::dll::shared_library>(path, boost::dll::load_mode::rtld_now | boost::dll::load_mode::rtld_local, error);
    if (error) return refuse(id, "cannot be loaded: " + error.message());
    const boost::dll::shared_library* library = keep_for_ever(std::move(opened));
    if (!library->has("turnpike_provider_v1")) return refuse(id, "has no turnpike_provider_v1: it was built for another major version of the ABI");
    return &library->get<const tpk_provider>("turnpike_provider_v1");
}

}  // namespace

Result<std::shared_ptr<const Plugin>> load_plugin(const std::filesystem::path& folder, const std::string& id, const LoadPolicy& policy) {
    const auto manifest_file = folder / (id + ".provider.json");
    const auto text = read_text(manifest_file);
    if (!text) return Failure(text.error());
    auto manifest = config::read_manifest(*text, manifest_file.string());
    if (!manifest) return Failure(manifest.error());
    if (manifest->id != id) return refuse(id, "its manifest is that of " + manifest->id);
    const auto copy = sealed_copy(folder / (id + ".so"));
    if (!copy) return Failure(copy.error());
    if (!policy.pin_sha256.empty() && policy.pin_sha256 != copy->sha256) return refuse(id, "its SHA-256 is " + copy->sha256 + ", pinned is another");
    if (auto ok = check_signature(folder, id, signed_list(folder, id, copy->sha256, *text), policy); !ok) return Failure(ok.error());
    if (const auto why = elf_refusal(copy->bytes)) return refuse(id, id + ".so " + *why);
    if (auto ok = check_needs(id, *manifest); !ok) return Failure(ok.error());
    auto pages = load_pages(folder, id, *manifest);
    if (!pages) return Failure(pages.error());
    const auto provider = open_code(id, *copy);
    if (!provider) return Failure(provider.error());
    if (auto ok = check_provider(id, **provider, *text); !ok) return Failure(ok.error());
    return std::make_shared<const Plugin>(**provider, std::make_shared<const config::Manifest>(std::move(*manifest)), copy->sha256, std::move(*pages));
}

}  // namespace turnpike::plugins
