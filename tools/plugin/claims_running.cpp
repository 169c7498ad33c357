#include <algorithm>
#include <atomic>
#include <cstdio>
#include <map>
#include <mutex>
#include <random>
#include <thread>
#include <unistd.h>

#include "host/base/clock.hpp"
#include "host/json/write.hpp"
#include "host/worker/messages.hpp"
#include "tools/plugin/claim.hpp"

namespace turnpike::kit {
namespace {

using plugins::Outcome;
using plugins::Step;

constexpr size_t kThreads = 4;
constexpr int kStepsEach = 400;
constexpr int kRoundsFirst = 20;
constexpr int kRounds = 300;
constexpr int64_t kMostMs = 3000;  ///< slow plugins are tried less often, not longer
constexpr int64_t kGrowthMaxBytes = 8 << 20;

struct Known {
    plugins::InstancePtr instance;
    Step step;
    std::string bytes;
    std::string name;
};

/// Every place with what it gives when nobody else is there; fixtures of the same settings share an instance.
std::vector<Known> known_places(const Subject& subject) {
    std::map<std::string, plugins::InstancePtr> instances;
    std::vector<Known> out;
    for (const Fixture& fixture : subject.fixtures) {
        const json::Value* settings = fixture.value.find("settings");
        const json::Value* scripts = fixture.value.find("scripts");
        auto& instance = instances[text_or_json(settings) + text_or_json(scripts) + fixture.value.text("mode")];
        if (!instance) instance = subject.here(fixture);
        walk(fixture, *instance, [&](const Place& place, const Outcome& outcome) {
            out.push_back({instance, place.step, worker::packed(outcome), place.name()});
            return true;
        });
    }
    return out;
}

int64_t resident_bytes() {
    long pages = 0, resident = 0;
    FILE* file = std::fopen("/proc/self/statm", "r");
    if (file && std::fscanf(file, "%ld %ld", &pages, &resident) != 2) resident = 0;
    if (file) std::fclose(file);
    return int64_t{resident} * ::sysconf(_SC_PAGESIZE);
}

}  // namespace

void check_threads(const Subject& subject, Report& report) {
    const std::vector<Known> places = known_places(subject);
    if (places.empty()) return void(report.skipped = "there are no fixtures to step");
    const int64_t until_ms = steady_ms() + kMostMs;
    std::mutex mutex;
    std::vector<std::thread> threads;
    for (size_t t = 0; t < kThreads; ++t)
        threads.emplace_back([&, t] {
            std::mt19937_64 random(subject.seed + t);
            for (int i = 0; i < kStepsEach && steady_ms() < until_ms; ++i) {
                const Known& known = places[random() % places.size()];
                const Outcome outcome = known.instance->step(known.step);
                if (worker::packed(outcome) == known.bytes) continue;
                const std::lock_guard lock(mutex);
                report.add(known.name + ": beside other threads it gives \"" + words_of(outcome) + "\": step() must not write to the instance or to anything shared");
            }
        });
    for (auto& thread : threads) thread.join();
}

void check_memory(const Subject& subject, Report& report) {
    const std::vector<Known> places = known_places(subject);
    if (places.empty()) return void(report.skipped = "there are no fixtures to step");
    const int64_t until_ms = steady_ms() + kMostMs;
    int64_t before = 0, steps = 0;
    for (int round = 0; round < kRounds && steady_ms() < until_ms; ++round) {
        if (round == kRoundsFirst) before = resident_bytes();
        for (const Known& known : places) known.instance->step(known.step);
        steps += round >= kRoundsFirst ? static_cast<int64_t>(places.size()) : 0;
        const int64_t grown = resident_bytes() - before;
        if (round < kRoundsFirst || grown <= kGrowthMaxBytes) continue;
        return report.add("after " + std::to_string(steps) + " steps the process is " + std::to_string(grown >> 20) + " MiB larger: what step() allocates it must free");
    }
}

void check_time(const Subject& subject, Report& report) {
    const uint64_t most_us = uint64_t{subject.manifest().limits.step_ms} * 1000;
    walk_all(subject, [&](const Place& place, const Outcome& outcome) {
        constexpr int kTries = 5;
        uint64_t best_us = outcome.duration_us;
        for (int i = 0; i < kTries && best_us > most_us; ++i) best_us = std::min<uint64_t>(best_us, place.instance.step(place.step).duration_us);
        if (best_us > most_us) report.add(place.name() + ": takes " + std::to_string(best_us / 1000) + " ms, the manifest's limits.step_ms is " + std::to_string(most_us / 1000));
        return true;
    });
}

}  // namespace turnpike::kit
