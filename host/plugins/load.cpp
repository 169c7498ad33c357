#include "host/plugins/load.hpp"

#include <unistd.h>

#include <algorithm>
#include <fstream>
#include <map>
#include <memory>
#include <sstream>

#include "host/base/crypto.hpp"
#include "host/base/encoding.hpp"
#include "host/plugins/crypto_services.hpp"
#include "host/plugins/elf.hpp"
#include "host/plugins/open_code.hpp"
#include "host/plugins/sealed_copy.hpp"
#include "host/plugins/transforms.hpp"
#include "host/plugins/views.hpp"

namespace turnpike::plugins {
namespace {

Result<std::string> read_text(const std::filesystem::path& file) {
    std::ifstream in(file, std::ios::binary);
    if (!in) return failure(503, "plugin_refused", file.string() + " cannot be opened");
    std::ostringstream out;
    out << in.rdbuf();
    return out.str();
}

Result<void> check_signature(const std::filesystem::path& folder, const std::string& id, const std::string& list, const LoadPolicy& policy) {
    // What came with this host is as trusted as the host.
    if (policy.bundled) return {};
    const auto text = read_text(folder / (id + ".sig"));
    if (!text) {
        if (!policy.require_signature) return {};
        return refused_plugin(id, "is not signed and plugins.require_signature is on: its author signs it with turnpike-plugin sign");
    }
    const auto signature = from_base64(text->substr(0, text->find_last_not_of(" \r\n") + 1));
    const bool good = signature && std::any_of(policy.trusted_keys.begin(), policy.trusted_keys.end(), [&](const std::string& key) {
                          return verify_with("Ed25519", key, list, *signature);
                      });
    if (good || (policy.trusted_keys.empty() && !policy.require_signature)) return {};
    return refused_plugin(id, "its signature fits none of plugins.trusted_keys");
}

Result<void> check_needs(const std::string& id, const config::Manifest& manifest) {
    const json::Value* needs = manifest.raw.at_pointer("/requires/transforms");
    if (!needs) return {};
    for (const json::Value& item : needs->items()) {
        const auto name = item.string();
        if (name && !knows_transform(*name)) return refused_plugin(id, "needs the transform " + std::string(*name) + ", which this host lacks: upgrade the host");
    }
    return {};
}

Result<Pages> load_pages(const std::filesystem::path& folder, const std::string& id, const config::Manifest& manifest) {
    Pages out;
    for (const auto& [name, page] : manifest.pages) {
        const bool outside = page.file.rfind("pages/", 0) != 0 || page.file.find("..") != std::string::npos;
        const auto text = outside ? Result<std::string>(refused_plugin(id, "keeps the page " + name + " outside its folder pages")) : read_text(folder / page.file);
        if (!text) return Failure(text.error());
        const std::string hash = to_hex(sha256(*text));
        if (hash != page.sha256) return refused_plugin(id, page.file + " has the SHA-256 " + hash + ", its manifest says another: install both from one build");
        out[name] = *text;
    }
    return out;
}

}  // namespace

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

Result<const tpk_provider*> Plugin::open() const {
    std::lock_guard lock(mutex_);
    if (!opened_) opened_ = open_provider(parts_.manifest->id, parts_.fd, parts_.manifest_text);
    return *opened_;
}

Result<InstancePtr> Plugin::create(const InstanceSetup& setup) const {
    const auto provider = open();
    if (!provider) return Failure(provider.error());
    return create_in_process(**provider, parts_.manifest, setup);
}

Result<std::shared_ptr<const Plugin>> load_plugin(const std::filesystem::path& folder, const std::string& id, const LoadPolicy& policy) {
    const auto manifest_file = folder / (id + ".provider.json");
    const auto text = read_text(manifest_file);
    if (!text) return Failure(text.error());
    auto manifest = config::read_manifest(*text, manifest_file.string());
    if (!manifest) return Failure(manifest.error());
    if (manifest->id != id) return refused_plugin(id, "its manifest is that of " + manifest->id);
    const auto copy = sealed_copy(folder / (id + ".so"));
    if (!copy) return Failure(copy.error());
    if (!policy.pin_sha256.empty() && policy.pin_sha256 != copy->sha256) return refused_plugin(id, "its SHA-256 is " + copy->sha256 + ", pinned is another");
    if (auto ok = check_signature(folder, id, signed_list(folder, id, copy->sha256, *text), policy); !ok) return Failure(ok.error());
    if (const auto why = elf_refusal(copy->bytes)) return refused_plugin(id, id + ".so " + *why);
    if (auto ok = check_needs(id, *manifest); !ok) return Failure(ok.error());
    auto pages = load_pages(folder, id, *manifest);
    if (!pages) return Failure(pages.error());
    auto plugin = std::make_shared<const Plugin>(Plugin::Parts{std::make_shared<const config::Manifest>(std::move(*manifest)), *text, copy->fd, copy->sha256,
                                                               std::make_shared<const Pages>(std::move(*pages)), policy.bundled});
    if (!policy.bundled) return plugin;
    if (const auto opened = plugin->open(); !opened) return Failure(opened.error());
    return plugin;
}

}  // namespace turnpike::plugins
