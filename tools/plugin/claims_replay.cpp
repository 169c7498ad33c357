#include <map>

#include "host/worker/launcher.hpp"
#include "host/worker/messages.hpp"
#include "tools/plugin/claim.hpp"
#include "tools/plugin/compare.hpp"

namespace turnpike::kit {
namespace {

using plugins::Outcome;

void replay(const Fixture& fixture, const plugins::Instance& instance, const std::string& where, Report& report) {
    walk(fixture, instance, [&](const Place& place, const Outcome& outcome) {
        const std::string wrong = wrong_at(place, outcome);
        if (!wrong.empty()) report.add(place.name() + where + ": " + wrong);
        report.fatal = report.fatal || (error_of(outcome) && error_of(outcome)->crashed);
        return wrong.empty();
    });
}

}  // namespace

void check_fixtures(const Subject& subject, Report& report) {
    if (subject.fixtures.empty()) return report.add("there are no fixtures; `turnpike-plugin record` writes them, --fixtures says where they are");
    worker::Launcher launcher(worker::worker_program(), nullptr);
    for (const Fixture& fixture : subject.fixtures) {
        const auto made = launcher.create(*subject.plugin, subject.setup(fixture));
        if (!made) report.add(fixture.name() + ", in a worker: " + made.error().detail);
        else replay(fixture, **made, ", in a worker", report);
        // What ends a worker would end this process too.
        if (report.fatal) return;
    }
    for (const Fixture& fixture : subject.fixtures) replay(fixture, *subject.here(fixture), "", report);
}

void check_pure(const Subject& subject, Report& report) {
    walk_all(subject, [&](const Place& place, const Outcome& first) {
        const Outcome second = place.instance.step(place.step);
        if (worker::packed(first) != worker::packed(second)) report.add(place.name() + ": the same step gives other bytes: \"" + words_of(first) + "\", then \"" + words_of(second) + "\"");
        return true;
    });
}

void check_reruns(const Subject& subject, Report& report) {
    for (const Fixture& fixture : subject.fixtures) {
        std::map<std::pair<std::string, std::string>, size_t> kept;  // where it was kept first
        walk(fixture, *subject.here(fixture), [&](const Place& place, const Outcome& outcome) {
            for (const plugins::Keep& keep : outcome.keeps) {
                const auto [at, fresh] = kept.emplace(std::pair(keep.key, keep.value), place.step.events.size());
                if (!fresh) report.add(place.name() + ": keeps \"" + keep.key + "\" again, first kept after " + std::to_string(at->second) + ": after_event is the number of events that had been read when it was decided");
            }
            return true;
        });
    }
}

}  // namespace turnpike::kit
