#pragma once

#include <filesystem>
#include <memory>
#include <optional>
#include <string>

#include "host/config/read_config.hpp"
#include "host/plugins/registry.hpp"

namespace turnpike::app {

/// What the command line says for every command.
struct CommandOptions {
    std::filesystem::path config;
    std::filesystem::path data = "var";
    std::string listen;       ///< stands in for server.listen
    std::string sandbox_url;  ///< stands in for sandbox.url
    bool safe_mode = false;   ///< bundled plugins only
};

/// Exit codes (contracts.md 1).
enum ExitCode { kFine = 0, kFindings = 1, kUsage = 2, kEnvironment = 3, kSchema = 4 };

/// A failure that ends a command: what to print and the exit code.
struct Stop {
    int code;
    std::string text;
};

/// Configuration, key and plugins: what every command that knows the installation stands on.
struct Setup {
    CommandOptions options;
    config::Config config;
    config::Manifests manifests;
    std::optional<config::Keyring> keyring;
    plugins::PluginRegistry registry;
    std::vector<std::string> warnings;
};

enum class NeedKey { no, yes };
enum class NeedCode { no, yes };  ///< whether plugins are loaded or only their manifests read

/// Throws Stop.
Setup read_setup(const CommandOptions& options, NeedKey key, NeedCode code);
/// Reads the file again with the same plugins; the diagnostics' text when it is bad.
Result<config::Config> reread_config(const Setup& setup);

/// Where bundled plugins lie beside this program, installed or in a build folder.
std::vector<std::filesystem::path> bundled_plugin_directories();
/// Makes the data directory, 0700; throws Stop when it is open to others.
void prepare_data_directory(const std::filesystem::path& data);
/// Writes a file nobody else may read.
void write_private(const std::filesystem::path& file, const std::string& text);

}  // namespace turnpike::app
