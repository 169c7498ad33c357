#pragma once

#include <functional>
#include <memory>

#include "host/app/setup.hpp"
#include "host/store/store.hpp"

namespace turnpike::app {

/// The exit code that belongs to a store that cannot be opened (contracts.md 1).
int exit_code_of(const Problem& problem);
/// For commands that look, beside a running host or without one.  Throws Stop.
std::unique_ptr<store::Store> open_reader(const config::Config& config, const Clock& clock);
/// For commands that are the one writer while they run.  Throws Stop.
std::unique_ptr<store::Store> open_writer(const config::Config& config, const Clock& clock);
/// The store was put back from a copy, and `turnpike resume` has not said that it may go on.
bool is_recovering(store::Session& db);
/// The file of a SQLite store; throws Stop with `otherwise` for any other.
std::string sqlite_file(const config::Config& config, const std::string& otherwise);

}  // namespace turnpike::app
