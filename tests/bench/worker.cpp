// What a step costs in a worker, beside the same step here: Stripe's real fixtures, every place of each.
#include <algorithm>
#include <chrono>
#include <cstdio>
#include <filesystem>
#include <map>
#include <vector>

#include "host/worker/launcher.hpp"
#include "tools/plugin/subject.hpp"

namespace {

using namespace turnpike;
namespace fs = std::filesystem;

struct Place {
    plugins::InstancePtr here, away;
    plugins::Step step;
};

double step_us(const plugins::Instance& instance, const plugins::Step& step) {
    const auto from = std::chrono::steady_clock::now();
    instance.step(step);
    return std::chrono::duration<double, std::micro>(std::chrono::steady_clock::now() - from).count();
}

struct Times {
    std::vector<double> us;
    double at(double share) {
        std::sort(us.begin(), us.end());
        return us[static_cast<size_t>(share * static_cast<double>(us.size() - 1))];
    }
};

void row(const char* name, Times& times) { std::printf("%-22s %8.1f %8.1f %8.1f\n", name, times.at(0.5), times.at(0.9), times.at(0.99)); }

/// Ways through operations as the exchange goes them: the worker keeps what it has seen.
std::vector<Place> places_of(const plugins::Plugin& plugin, worker::Launcher& launcher, const fs::path& fixtures) {
    std::vector<Place> out;
    std::map<std::string, std::pair<plugins::InstancePtr, plugins::InstancePtr>> instances;  // by settings
    uint64_t run = 0;
    for (const kit::Fixture& fixture : kit::fixtures_in(fixtures)) {
        const auto setup = kit::setup_of(fixture, plugin.manifest(), {});
        auto& [here, away] = instances[kit::text_or_json(fixture.value.find("settings")) + setup.mode];
        if (!here) here = plugin.create(setup).value();
        if (!away) away = launcher.create(plugin, setup).value();
        ++run;
        kit::walk(fixture, *here, [&, here = here, away = away](const kit::Place& place, const plugins::Outcome&) {
            out.push_back({here, away, place.step});
            out.back().step.run = run;
            return true;
        });
    }
    return out;
}

}  // namespace

int main(int argc, char** argv) {
    if (argc != 3) {
        std::fputs("bench_worker BUILD SOURCE: build folder and repository\n", stderr);
        return 2;
    }
    const fs::path build = argv[1], source = argv[2];
    const auto plugin = plugins::load_plugin(build / "plugins/stripe", "stripe", {}).value();
    worker::Launcher launcher(build / "host/turnpike-worker", nullptr);
    const std::vector<Place> places = places_of(*plugin, launcher, source / "plugins/stripe/fixtures");
    constexpr int kRounds = 500;
    Times here, away, added;
    for (int round = 0; round < kRounds; ++round) {
        for (const Place& place : places) here.us.push_back(step_us(*place.here, place.step));
        for (const Place& place : places) away.us.push_back(step_us(*place.away, place.step));
    }
    for (size_t i = 0; i < here.us.size(); ++i) added.us.push_back(away.us[i] - here.us[i]);
    Times starts;
    for (int i = 0; i < 50; ++i) {
        const auto from = std::chrono::steady_clock::now();
        launcher.create(*plugin, kit::setup_of(kit::fixtures_in(source / "plugins/stripe/fixtures").front(), plugin->manifest(), {})).value();
        starts.us.push_back(std::chrono::duration<double, std::micro>(std::chrono::steady_clock::now() - from).count());
    }
    std::printf("%zu places, %d rounds\n%-22s %8s %8s %8s\n", places.size(), kRounds, "us", "p50", "p90", "p99");
    row("step here", here);
    row("step in a worker", away);
    row("added by the worker", added);
    row("start of a worker", starts);
    return 0;
}
