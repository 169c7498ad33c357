#include <gtest/gtest.h>

#include "host/worker/launcher.hpp"
#include "tools/plugin/compare.hpp"
#include "tools/plugin/subject.hpp"

namespace turnpike::worker {
namespace {

namespace fs = std::filesystem;

/// A plugin built against the header of every released minor version replays its fixtures on this host, here and in a worker.
TEST(Frozen, APluginOfEveryReleasedMinorRunsOnTodaysHost) {
    size_t tried = 0;
    Launcher launcher(fs::path(TURNPIKE_BINARY_DIR) / "host/turnpike-worker", nullptr);
    for (const auto& folder : fs::directory_iterator(fs::path(TURNPIKE_BINARY_DIR) / "tests/abi/frozen")) {
        const std::string name = folder.path().filename().string();
        if (name.rfind("minor_", 0) != 0) continue;
        const auto plugin = plugins::load_plugin(folder.path(), name, {false, {}, "", false});
        ASSERT_TRUE(plugin) << plugin.error().detail;
        for (const kit::Fixture& fixture : kit::fixtures_in(fs::path(TURNPIKE_SOURCE_DIR) / "tests/abi/zoo/fixtures")) {
            const auto setup = kit::setup_of(fixture, (*plugin)->manifest(), {});
            for (const auto& instance : {(*plugin)->create(setup).value(), launcher.create(**plugin, setup).value()})
                kit::walk(fixture, *instance, [&](const kit::Place& place, const plugins::Outcome& outcome) {
                    if (!place.next) {
                        EXPECT_EQ(kit::difference(outcome, *fixture.value.find("expect")), "") << name << " " << place.name();
                    }
                    return true;
                });
        }
        ++tried;
    }
    EXPECT_GE(tried, 1u) << "no frozen header was built against";
}

}  // namespace
}  // namespace turnpike::worker
