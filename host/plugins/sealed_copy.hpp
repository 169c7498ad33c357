#pragma once

#include <filesystem>
#include <string>

#include "host/base/result.hpp"

namespace turnpike::plugins {

/// A file's bytes in a sealed memory file: nobody can change them any more.
struct SealedCopy {
    int fd = -1;        ///< never closed once a plugin was loaded from it: the loader knows objects by name
    std::string bytes;
    std::string sha256;  ///< hex, of the sealed bytes
};

/// Copies, seals and hashes.  Failure: 503 plugin_refused for files others may write or that cannot be read.
Result<SealedCopy> sealed_copy(const std::filesystem::path& file);

}  // namespace turnpike::plugins
