#pragma once

#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "host/config/keyring.hpp"
#include "host/config/node.hpp"

namespace turnpike::config {

/// How a variable's value is found; nullopt when unset.
using Environment = std::function<std::optional<std::string>(const std::string& name)>;
Environment process_environment();

/// Expands ${env:NAME} and ${file:PATH} in what an operator wrote into a file.  Values that came by panel or API are
/// literal and never pass here.
class References {
  public:
    References(Environment environment, std::filesystem::path base, std::vector<std::filesystem::path> secret_directories)
        : environment_(std::move(environment)), base_(std::move(base)), directories_(std::move(secret_directories)) {}
    /// The text with its references replaced; a reference that leads nowhere is a diagnostic at the node.
    std::string expand(const Node& at, Diagnostics& diagnostics) const;
    /// Expands every scalar of the tree.
    void expand_all(Node& tree, Diagnostics& diagnostics) const;

  private:
    std::optional<std::string> value_of(const std::string& reference, std::string& why) const;
    std::optional<std::string> file_value(const std::string& path, std::string& why) const;

    Environment environment_;
    std::filesystem::path base_;
    std::vector<std::filesystem::path> directories_;
};

}  // namespace turnpike::config
