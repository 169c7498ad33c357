#pragma once

#include <filesystem>

#include "host/config/integration_reader.hpp"
#include "host/config/references.hpp"

namespace turnpike::config {

struct ReadResult {
    Config config;
    Diagnostics diagnostics;
};

/// What stands at the top of the file and must be known before plugins and keys can be: everything but the
/// integrations.  `data_directory`: where the store and the key are when the file does not say.
ReadResult read_top(const std::filesystem::path& file, const std::filesystem::path& data_directory, const Environment& environment);

/// The whole file.  `keyring` may be null (then sealed values are refused).
ReadResult read_config(const std::filesystem::path& file, const std::filesystem::path& data_directory, const Environment& environment,
                       const Manifests& manifests, const Keyring* keyring);

}  // namespace turnpike::config
