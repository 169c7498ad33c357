#pragma once

#include <string>

#include "host/app/setup.hpp"

namespace turnpike::app {

/// The commands of contracts.md 1; each gives its exit code and may throw Stop.
int serve(const CommandOptions& options);
int check(const CommandOptions& options);
int list_providers(const CommandOptions& options, bool as_json);
int migrate(const CommandOptions& options);
int verify_ledger(const CommandOptions& options, const std::string& head);
struct ProveOptions {
    int days = 30;
};
int prove(const CommandOptions& options, const ProveOptions& asked);
int backup(const CommandOptions& options, const std::string& to);
/// Copies a SQLite store into an empty, migrated PostgreSQL database, and verifies the books there.
int copy_store(const CommandOptions& options, const std::string& to);
int resume(const CommandOptions& options);
int restore(const CommandOptions& options, const std::string& from);
int export_integrations(const CommandOptions& options);
int import_integrations(const CommandOptions& options, const std::string& from);
/// `secret init` makes the master key; `secret seal` reads a value from standard input and prints it sealed.
int init_secret(const CommandOptions& options);
/// Adds a key to the file and seals the store's values with it; the host must not run.
int rotate_key(const CommandOptions& options);
int seal_secret(const CommandOptions& options, const std::string& integration, const std::string& field);

/// The first people of the panel: both print a one-time password.
int create_admin(const CommandOptions& options, const std::string& name, bool if_none);
int reset_admin(const CommandOptions& options, const std::string& name);

/// Takes the command line apart and runs one command.
int run_command_line(int argc, char** argv);

}  // namespace turnpike::app
