#include "host/worker/launcher.hpp"

#include "host/plugins/collector.hpp"
#include "host/worker/lane.hpp"

namespace turnpike::worker {
namespace {

using plugins::Outcome;

constexpr uint64_t kMemoryMaxBytes = 768ull << 20;

/// An integration's two workers: one for what the host begins, one for what others send.
class InWorker final : public plugins::Instance {
  public:
    InWorker(const LaneSetup& setup, std::shared_ptr<const config::Manifest> manifest, std::shared_ptr<CrashBook> book)
        : manifest_(std::move(manifest)), book_(std::move(book)), operations_(setup), messages_(setup) {}

    std::optional<Started> start() { return operations_.start(); }
    Outcome step(const plugins::Step& step) const override {
        const bool message = step.op.rfind("webhook.", 0) == 0;
        if (const std::string reason = book_->quarantine(); !reason.empty()) {
            Outcome out;
            out.verdict = plugins::internal_fault(reason);
            return out;
        }
        Outcome outcome = (message ? messages_ : operations_).step(step);
        const auto* error = std::get_if<plugins::PluginError>(&outcome.verdict);
        if (error && error->crashed) book_->crashed(step.op, step.op_id, error->hint);
        return outcome;
    }
    const config::Manifest& manifest() const override { return *manifest_; }
    bool isolated() const override { return true; }

  private:
    std::shared_ptr<const config::Manifest> manifest_;
    std::shared_ptr<CrashBook> book_;
    mutable Lane operations_;
    mutable Lane messages_;
};

LaneSetup lane_setup(const std::filesystem::path& program, const plugins::Plugin& plugin, const plugins::InstanceSetup& setup) {
    return {program, plugin.fd(), {plugin.manifest().id, plugin.manifest_text(), plugins::config_text(setup), kMemoryMaxBytes},
            setup.texts, plugin.manifest().limits.step_ms};
}

}  // namespace

Result<plugins::InstancePtr> Launcher::create(const plugins::Plugin& plugin, const plugins::InstanceSetup& setup) {
    auto instance = std::make_shared<InWorker>(lane_setup(program_, plugin, setup), plugin.shared_manifest(), book_of(plugin.manifest().id));
    const auto refused = instance->start();
    if (!refused) return plugins::InstancePtr(std::move(instance));
    if (!refused->refusal.empty()) return failure(503, "plugin_refused", refused->refusal);
    return plugins::refused_settings(refused->settings, setup);
}

plugins::InstancePtr Launcher::create_later(const plugins::Plugin& plugin, const plugins::InstanceSetup& setup) {
    return std::make_shared<InWorker>(lane_setup(program_, plugin, setup), plugin.shared_manifest(), book_of(plugin.manifest().id));
}

void Launcher::forget_crashes() {
    std::lock_guard lock(mutex_);
    books_.clear();
}

std::shared_ptr<CrashBook> Launcher::book_of(const std::string& provider) {
    std::lock_guard lock(mutex_);
    auto& book = books_[provider];
    if (!book) book = std::make_shared<CrashBook>([this, provider](const std::string& reason) { quarantined_(provider, reason); });
    return book;
}

std::filesystem::path worker_program() {
    std::error_code none;
    const auto self = std::filesystem::read_symlink("/proc/self/exe", none).parent_path();
    for (const auto& candidate : {self / "turnpike-worker", self / "../libexec/turnpike-worker"})
        if (std::filesystem::exists(candidate, none)) return candidate;
    return self / "turnpike-worker";
}

}  // namespace turnpike::worker
