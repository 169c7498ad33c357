#pragma once

#include <map>
#include <memory>
#include <stdexcept>
#include <string>
#include <vector>

#include "host/json/read.hpp"
#include "host/json/write.hpp"
#include "host/plugins/load.hpp"
#include "tools/plugin/fixture.hpp"

/// Fixtures of the bundled plugins, plugins/<id>/fixtures/*.json (sdk/docs/testing.md), for the tests that replay them.
/// Needs TURNPIKE_SOURCE_DIR and TURNPIKE_BINARY_DIR.
namespace turnpike::plugins {

namespace fs = std::filesystem;
using json::Value;
using kit::event_of;
using kit::step_of;
using kit::text_or_json;

struct Fixture : kit::Fixture {
    std::string provider;
};

inline std::vector<Fixture> all_fixtures() {
    std::vector<Fixture> out;
    for (const auto& plugin : fs::directory_iterator(fs::path(TURNPIKE_SOURCE_DIR) / "plugins"))
        for (kit::Fixture& one : kit::fixtures_in(plugin.path() / "fixtures")) out.push_back({std::move(one), plugin.path().filename().string()});
    return out;
}

inline const Plugin& plugin_named(const std::string& id) {
    static std::map<std::string, std::shared_ptr<const Plugin>> loaded;
    auto& slot = loaded[id];
    if (!slot) slot = load_plugin(fs::path(TURNPIKE_BINARY_DIR) / "plugins" / id, id, {}).value();
    return *slot;
}

inline InstancePtr instance_of(const Fixture& f) {
    const Plugin& plugin = plugin_named(f.provider);
    auto instance = plugin.create(kit::setup_of(f, plugin.manifest(), fs::path(TURNPIKE_SOURCE_DIR) / "config" / "scripts"));
    if (!instance) throw std::runtime_error(f.file.string() + ": " + instance.error().detail);
    return *instance;
}

}  // namespace turnpike::plugins
