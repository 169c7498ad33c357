#pragma once

#include <filesystem>
#include <string>

#include "host/base/result.hpp"
#include "host/json/value.hpp"
#include "host/store/store.hpp"

namespace turnpike::scripting {

/// Every script by name: files scripts/NAME.js beside the configuration, and rows.  A file stands before a row of its
/// name; `faults` names rows that are hidden so and files that cannot be read.
json::Value all_sources(store::Session& db, const std::filesystem::path& folder, std::vector<std::string>& faults);

bool is_script_name(const std::string& name);
/// Saves a version; failure 422 script_invalid.
Result<void> check_source(const std::string& source);
int64_t save_source(store::Tx& tx, const std::string& name, const std::string& source, const std::string& actor);
bool remove_source(store::Tx& tx, const std::string& name, const std::string& actor);

}  // namespace turnpike::scripting
