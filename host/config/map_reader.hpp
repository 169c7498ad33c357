#pragma once

#include <optional>
#include <string>
#include <vector>

#include "host/config/node.hpp"
#include "host/money/amount.hpp"

namespace turnpike::config {

/// Reads a map member by member and, at the end, names every key nobody asked for.
class MapReader {
  public:
    MapReader(const Node& node, Diagnostics& diagnostics, std::string what);

    /// The member, or nullptr when it is absent or null.
    const Node* take(const std::string& key);
    std::optional<std::string> text(const std::string& key);
    std::optional<bool> boolean(const std::string& key);
    /// A whole number within [min, max].
    std::optional<int64_t> integer(const std::string& key, int64_t min, int64_t max);
    std::optional<money::Percent> percent(const std::string& key);
    /// A list of texts, or one text.
    std::optional<std::vector<std::string>> texts(const std::string& key);
    /// One of `words`.
    std::optional<std::string> word(const std::string& key, const std::vector<std::string>& words);
    /// Reports keys that were never taken.
    void finish();

    Diagnostics& diagnostics() { return diagnostics_; }
    const Node& node() const { return node_; }

  private:
    const Node* scalar(const std::string& key, const char* expected);

    const Node& node_;
    Diagnostics& diagnostics_;
    std::string what_;
    std::vector<std::string> known_;
};

std::optional<bool> boolean_of(const Node& node);

}  // namespace turnpike::config
