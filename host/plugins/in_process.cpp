#include "host/plugins/in_process.hpp"

#include "host/base/clock.hpp"
#include "host/json/write.hpp"
#include "host/plugins/host_table.hpp"
#include "host/plugins/step_memory.hpp"
#include "host/plugins/views.hpp"

namespace turnpike::plugins {
namespace {

class InProcess final : public Instance {
  public:
    InProcess(const tpk_provider& provider, std::shared_ptr<const config::Manifest> manifest, SettingTexts texts, tpk_instance* raw)
        : provider_(provider), manifest_(std::move(manifest)), texts_(std::move(texts)), raw_(raw) {}
    ~InProcess() override { provider_.destroy(raw_); }

    Outcome step(const Step& step) const override {
        Collector collector(texts_, step.inbound ? &*step.inbound : nullptr, step.now_unix_ms, step.events.size());
        tpk_out out{&collector};
        const int64_t from_us = steady_us();
        const StepMemory memory(step, &out);
        try {
            provider_.step(raw_, memory.abi());
        } catch (...) {
            collector.fault("An exception crossed the border of the plugin.");
        }
        Outcome outcome = collector.take();
        outcome.duration_us = static_cast<uint32_t>(steady_us() - from_us);
        return outcome;
    }
    const config::Manifest& manifest() const override { return *manifest_; }

  private:
    const tpk_provider& provider_;
    std::shared_ptr<const config::Manifest> manifest_;
    SettingTexts texts_;
    tpk_instance* raw_;
};

}  // namespace

std::string config_text(const InstanceSetup& setup) {
    json::Value currencies = json::Value::array();
    for (const std::string& code : setup.currencies) currencies.push(code);
    json::Value out = json::Value::object({{"integration", setup.integration}, {"mode", setup.mode}, {"currencies", std::move(currencies)},
                                           {"settings", setup.settings}, {"webhook_url", setup.webhook_url}});
    if (setup.scripts.is_object()) out.set("scripts", setup.scripts);
    return json::write(out);
}

Failure refused_settings(const Outcome& outcome, const InstanceSetup& setup) {
    const auto* error = std::get_if<PluginError>(&outcome.verdict);
    Problem p = problem(422, "integration_misconfigured", setup.integration + ": the provider refuses its settings");
    if (!error) return failure(std::move(p));
    if (error->kind == ErrorKind::internal) p.code = "plugin_fault";
    if (!error->hint.empty()) p.detail = error->hint;
    if (!error->field.empty()) p.errors.push_back({error->field, "setting_invalid", error->hint});
    return failure(std::move(p));
}

Result<InstancePtr> create_in_process(const tpk_provider& provider, std::shared_ptr<const config::Manifest> manifest,
                                      const InstanceSetup& setup) {
    const std::string config = config_text(setup);
    Collector collector(setup.texts, nullptr, 0, 0);
    tpk_out out{&collector};
    tpk_instance* raw = nullptr;
    try {
        raw = provider.create(host_table(), str_of(config), &out);
    } catch (...) {
        collector.fault("An exception crossed the border of the plugin in create().");
    }
    if (!raw) return refused_settings(collector.take(), setup);
    return InstancePtr(std::make_shared<InProcess>(provider, std::move(manifest), setup.texts, raw));
}

}  // namespace turnpike::plugins
