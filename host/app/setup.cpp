#include "host/app/setup.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "host/base/random.hpp"

namespace turnpike::app {
namespace {

namespace fs = std::filesystem;

std::string texts_of(const config::Diagnostics& diagnostics, config::Diagnostic::Severity severity) {
    std::string out;
    for (const config::Diagnostic& d : diagnostics.list())
        if (d.severity == severity) out += d.text() + "\n";
    return out;
}

std::vector<plugins::PluginDirectory> plugin_directories(const config::Config& config) {
    std::vector<plugins::PluginDirectory> out;
    for (const std::string& directory : config.plugin_directories) out.emplace_back(directory, false);
    for (const fs::path& bundled : bundled_plugin_directories()) out.emplace_back(bundled, true);
    return out;
}

void override_config(config::Config& config, const CommandOptions& options) {
    if (!options.listen.empty()) config.server.listen = options.listen;
    if (!options.sandbox_url.empty() && config.server.development()) config.sandbox_url = options.sandbox_url;
}

}  // namespace

std::vector<fs::path> bundled_plugin_directories() {
    std::error_code none;
    const fs::path self = fs::read_symlink("/proc/self/exe", none).parent_path();
    std::vector<fs::path> out;
    for (const fs::path& candidate : {self / "../lib/turnpike/plugins", self / "../plugins"})
        if (fs::is_directory(candidate, none)) out.push_back(fs::weakly_canonical(candidate, none));
    return out;
}

void prepare_data_directory(const fs::path& data) {
    std::error_code error;
    fs::create_directories(data.parent_path().empty() ? fs::path(".") : data.parent_path(), error);
    if (::mkdir(data.c_str(), 0700) != 0 && errno != EEXIST) throw Stop{kEnvironment, "the data directory " + data.string() + " cannot be made"};
    struct stat info {};
    if (::stat(data.c_str(), &info) != 0) throw Stop{kEnvironment, "the data directory " + data.string() + " cannot be read"};
    if (info.st_mode & 077) throw Stop{kEnvironment, "the data directory " + data.string() + " is open to group or others: chmod go= it"};
}

void write_private(const fs::path& file, const std::string& text) {
    const fs::path fresh = file.string() + ".new";
    const int fd = ::open(fresh.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    const bool written = fd >= 0 && ::write(fd, text.data(), text.size()) == static_cast<ssize_t>(text.size());
    if (fd >= 0) ::close(fd);
    if (!written || ::rename(fresh.c_str(), file.c_str()) != 0) throw Stop{kEnvironment, file.string() + " cannot be written"};
}

Setup read_setup(const CommandOptions& options, NeedKey need_key, NeedCode need_code) {
    Setup out;
    out.options = options;
    const auto environment = config::process_environment();
    config::ReadResult top = config::read_top(options.config, options.data, environment);
    if (top.diagnostics.failed()) throw Stop{kUsage, texts_of(top.diagnostics, config::Diagnostic::Severity::error)};
    const auto directories = plugin_directories(top.config);
    std::vector<plugins::LoadFailure> refused;
    std::vector<fs::path> paths;
    paths.reserve(directories.size());
    for (const auto& directory : directories) paths.push_back(directory.path);
    out.manifests = plugins::read_manifests(paths, &refused);
    if (need_key == NeedKey::yes) {
        auto keyring = config::Keyring::read(top.config.key_file);
        if (!keyring) throw Stop{kEnvironment, keyring.error().detail + "\n"};
        out.keyring.emplace(std::move(*keyring));
    }
    config::ReadResult all = config::read_config(options.config, options.data, environment, out.manifests, out.keyring ? &*out.keyring : nullptr);
    std::string unreadable;
    for (const auto& plugin : refused) unreadable += "warning: " + plugin.reason + "\n";
    if (all.diagnostics.failed()) throw Stop{kUsage, unreadable + texts_of(all.diagnostics, config::Diagnostic::Severity::error)};
    for (const auto& d : all.diagnostics.list()) out.warnings.push_back(d.text());
    out.config = std::move(all.config);
    override_config(out.config, options);
    if (need_code == NeedCode::yes) out.registry = plugins::PluginRegistry::load(directories, {out.config.require_signature, out.config.trusted_keys, ""}, options.safe_mode);
    return out;
}

Result<config::Config> reread_config(const Setup& setup) {
    config::ReadResult all = config::read_config(setup.options.config, setup.options.data, config::process_environment(), setup.manifests, &*setup.keyring);
    if (all.diagnostics.failed()) {
        Problem p = problem(422, "config_invalid", "The configuration has errors; the running one stays.");
        for (const auto& d : all.diagnostics.list())
            if (d.severity == config::Diagnostic::Severity::error) p.errors.push_back({d.place.file + ":" + std::to_string(d.place.line), d.code, d.text()});
        return failure(std::move(p));
    }
    override_config(all.config, setup.options);
    return std::move(all.config);
}

}  // namespace turnpike::app
