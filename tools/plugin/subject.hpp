#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "host/plugins/load.hpp"
#include "tools/plugin/fixture.hpp"

namespace turnpike::kit {

/// The plugin that is checked, with what is known about it without running it.
struct Subject {
    std::shared_ptr<const plugins::Plugin> plugin;
    std::vector<Fixture> fixtures;
    std::filesystem::path scripts;
    uint64_t seed = 1;

    const config::Manifest& manifest() const { return plugin->manifest(); }
    /// A fixture's instance in this process; throws std::runtime_error with the reason when there is none.
    plugins::InstancePtr here(const Fixture& fixture) const;
    plugins::InstanceSetup setup(const Fixture& fixture) const { return setup_of(fixture, manifest(), scripts); }
};

/// One place of a fixture's way: the step as it stands there, and which event comes next (none at the end).
struct Place {
    const Fixture& fixture;
    const plugins::Instance& instance;
    plugins::Step step;
    const json::Value* next = nullptr;

    std::string name() const;  ///< "create_manual, after 1 event"
};

/// Walks a fixture with an instance: `visit` sees each place and the outcome there, and ends the walk with false.
/// Outcomes decide what is asked; a walk ends where the plugin asks for nothing.
void walk(const Fixture& fixture, const plugins::Instance& instance, const std::function<bool(const Place&, const plugins::Outcome&)>& visit);
/// Every place of every fixture, in this process.
void walk_all(const Subject& subject, const std::function<bool(const Place&, const plugins::Outcome&)>& visit);

/// Whether an outcome claims that money moved, or lets somebody in.
bool claims_money(const plugins::Outcome& outcome);
const plugins::PluginError* error_of(const plugins::Outcome& outcome);
bool is_forged(const plugins::Outcome& outcome);
/// "config", "input", "declined" and so on, as fixtures name them.
const char* kind_name(plugins::ErrorKind kind);
/// An outcome in a few words, for reports.
std::string words_of(const plugins::Outcome& outcome);

}  // namespace turnpike::kit
