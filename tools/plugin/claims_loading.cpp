#include <algorithm>
#include <cstring>

#include "host/base/clock.hpp"
#include "host/plugins/collector.hpp"
#include "host/plugins/host_table.hpp"
#include "host/plugins/step_memory.hpp"
#include "host/plugins/views.hpp"
#include "host/worker/launcher.hpp"
#include "host/worker/messages.hpp"
#include "tools/plugin/claim.hpp"

namespace turnpike::kit {
namespace {

using plugins::Outcome;
using plugins::Step;

constexpr int64_t kLoadMs = 100;
constexpr int kLoadTries = 5;

/// Any settings will do where none are given: the fixtures' first, or none at all.
plugins::InstanceSetup some_setup(const Subject& subject) {
    if (!subject.fixtures.empty()) return subject.setup(subject.fixtures.front());
    plugins::InstanceSetup setup;
    setup.integration = "check";
    setup.mode = "test";
    setup.settings = json::Value::object();
    return setup;
}

/// The step as a later minor version of the ABI would hand it over: every structure longer than this plugin knows, the
/// tails full of rubbish.
class GrownStep {
  public:
    GrownStep(const Step& step, tpk_out* out) : memory_(step, out) {
        const tpk_step& small = *memory_.abi();
        events_.assign(small.event_count * kEventStride, '\xA5');
        for (uint32_t i = 0; i < small.event_count; ++i) {
            auto* to = reinterpret_cast<tpk_event*>(events_.data() + i * kEventStride);
            const auto* from = reinterpret_cast<const char*>(small.events) + size_t{i} * small.event_stride;
            std::memcpy(static_cast<void*>(to), from, sizeof(tpk_event));
            to->size = kEventStride;
        }
        bytes_.assign(sizeof(tpk_step) + kTail, '\xA5');
        step_ = reinterpret_cast<tpk_step*>(bytes_.data());
        std::memcpy(static_cast<void*>(step_), &small, sizeof small);
        step_->size = static_cast<uint32_t>(bytes_.size());
        step_->events = reinterpret_cast<const tpk_event*>(events_.data());
        step_->event_stride = kEventStride;
    }
    const tpk_step* abi() const { return step_; }

  private:
    static constexpr size_t kTail = 64;
    static constexpr size_t kEventStride = sizeof(tpk_event) + kTail;
    plugins::StepMemory memory_;
    std::vector<char> events_, bytes_;
    tpk_step* step_ = nullptr;
};

Outcome grown_step(const tpk_provider& provider, const tpk_instance* raw, const plugins::SettingTexts& texts, const Step& step) {
    plugins::Collector collector(texts, step.inbound ? &*step.inbound : nullptr, step.now_unix_ms, step.events.size());
    tpk_out out{&collector};
    const GrownStep grown(step, &out);
    try {
        provider.step(raw, grown.abi());
    } catch (...) {
        collector.fault("An exception crossed the border of the plugin.");
    }
    return collector.take();
}

tpk_instance* raw_instance(const tpk_provider& provider, const plugins::InstanceSetup& setup) {
    plugins::Collector collector(setup.texts, nullptr, 0, 0);
    tpk_out out{&collector};
    const std::string config = plugins::config_text(setup);
    return provider.create(plugins::host_table(), plugins::str_of(config), &out);
}

}  // namespace

void check_loads(const Subject& subject, Report& report) {
    worker::Launcher launcher(worker::worker_program(), nullptr);
    int64_t best_ms = INT64_MAX;
    for (int i = 0; i < kLoadTries && best_ms > kLoadMs; ++i) {
        const int64_t from_ms = steady_ms();
        const auto made = launcher.create(*subject.plugin, some_setup(subject));
        if (!made && made.error().code != "integration_misconfigured") return report.add(made.error().detail);
        if (!made && !subject.fixtures.empty()) return report.add("create() refuses the settings of " + subject.fixtures.front().name() + ": " + made.error().detail);
        best_ms = std::min(best_ms, steady_ms() - from_ms);
    }
    if (best_ms > kLoadMs) report.add("loading and create() take " + std::to_string(best_ms) + " ms, allowed are " + std::to_string(kLoadMs) + ": do less before the first step");
}

void check_unknown_operation(const Subject& subject, Report& report) {
    if (subject.fixtures.empty()) return void(report.skipped = "there are no fixtures to take settings from");
    Step step = step_of(subject.fixtures.front());
    step.inbound.reset();
    step.op = "payment.nobody-knows/9";
    const Outcome outcome = subject.here(subject.fixtures.front())->step(step);
    const auto* error = error_of(outcome);
    if (!error || error->kind != plugins::ErrorKind::unsupported) report.add(step.op + " is answered with \"" + words_of(outcome) + "\", it must be TPK_ERR_UNSUPPORTED");
}

void check_growth(const Subject& subject, Report& report) {
    const auto provider = subject.plugin->open();
    if (!provider) return report.add(provider.error().detail);
    walk_all(subject, [&](const Place& place, const Outcome& outcome) {
        const auto setup = subject.setup(place.fixture);
        tpk_instance* raw = raw_instance(**provider, setup);
        const Outcome grown = grown_step(**provider, raw, setup.texts, place.step);
        (*provider)->destroy(raw);
        if (worker::packed(grown) != worker::packed(outcome)) report.add(place.name() + ": longer structures give \"" + words_of(grown) + "\": ask TPK_HAS, and step over events by event_stride");
        return true;
    });
}

}  // namespace turnpike::kit
