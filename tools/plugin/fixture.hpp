#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "host/json/value.hpp"
#include "host/plugins/in_process.hpp"

namespace turnpike::kit {

/// One operation of a plugin as a file (sdk/docs/testing.md).
struct Fixture {
    std::filesystem::path file;
    json::Value value;

    std::string name() const { return file.stem().string(); }
    /// The events' array; empty when there is none.
    const json::Array& events() const;
};

/// Every *.json of a folder, by name; throws std::runtime_error for one that is no JSON.
std::vector<Fixture> fixtures_in(const std::filesystem::path& folder);

/// What an instance for this fixture is made from; `scripts` is a folder of sources for the category script.
plugins::InstanceSetup setup_of(const Fixture& fixture, const config::Manifest& manifest, const std::filesystem::path& scripts);
/// The operation's first step.
plugins::Step step_of(const Fixture& fixture);
/// What happens after a step that asked for `label`.
plugins::Event event_of(const plugins::Step& step, const json::Value& from, const std::string& label);

/// A text as it is, anything else as JSON; "" for nullptr.
std::string text_or_json(const json::Value* value);

}  // namespace turnpike::kit
