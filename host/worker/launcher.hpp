#pragma once

#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <set>
#include <string>

#include "host/plugins/load.hpp"

namespace turnpike::worker {

/// Counts what a provider's workers died of.  Three different operations that the host began quarantine the plugin; what
/// somebody sent us is the sender's doing and counts for nothing.  Any thread.
class CrashBook {
  public:
    explicit CrashBook(std::function<void(const std::string& reason)> quarantined) : quarantined_(std::move(quarantined)) {}
    void crashed(const std::string& op, const std::string& op_id, const std::string& how);
    /// "" while the plugin may be used.
    std::string quarantine() const;

  private:
    std::function<void(const std::string&)> quarantined_;
    mutable std::mutex mutex_;
    std::set<std::string> operations_;
    std::string reason_;
};

/// Makes instances that live in workers (plugin-abi.md 16).  Any thread; outlives the instances.
class Launcher {
  public:
    /// `quarantined` is told a provider's id and why, once.
    Launcher(std::filesystem::path program, std::function<void(const std::string& provider, const std::string& reason)> quarantined)
        : program_(std::move(program)), quarantined_(std::move(quarantined)) {}

    /// Starts the worker of the integration's operations; that of its webhooks starts with the first message.
    /// Failure: 503 plugin_refused, 422 integration_misconfigured or plugin_fault.
    Result<plugins::InstancePtr> create(const plugins::Plugin& plugin, const plugins::InstanceSetup& setup);
    /// The same without starting anything: for the decoy, whose settings differ in keys only.
    plugins::InstancePtr create_later(const plugins::Plugin& plugin, const plugins::InstanceSetup& setup);
    /// A new configuration gives every plugin another chance.
    void forget_crashes();

  private:
    std::shared_ptr<CrashBook> book_of(const std::string& provider);

    std::filesystem::path program_;
    std::function<void(const std::string&, const std::string&)> quarantined_;
    std::mutex mutex_;
    std::map<std::string, std::shared_ptr<CrashBook>> books_;
};

/// turnpike-worker beside this program, or where the package puts it.
std::filesystem::path worker_program();

}  // namespace turnpike::worker
