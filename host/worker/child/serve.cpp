#include "host/worker/child/serve.hpp"

#include "host/plugins/collector.hpp"
#include "host/plugins/host_table.hpp"
#include "host/plugins/open_code.hpp"
#include "host/plugins/step_memory.hpp"
#include "host/plugins/views.hpp"
#include "host/worker/child/confine.hpp"
#include "host/worker/frame.hpp"
#include "host/worker/messages.hpp"
#include "host/worker/step_cache.hpp"

namespace turnpike::worker {
namespace {

using plugins::Outcome;
using plugins::Step;

/// Keys named by setting stay with the host; a question that finds no answer ends the worker.
class AskingDesk final : public plugins::KeyDesk {
  public:
    explicit AskingDesk(int socket) : socket_(socket) {}
    void begin(uint64_t call) { call_ = call; }
    plugins::Proven prove(const plugins::KeyProof& proof) override {
        const auto answer = unpacked<plugins::Proven>(ask(FrameType::prove, packed(proof), FrameType::proven));
        return answer.value_or(plugins::Proven{});
    }
    std::optional<std::string> use(const plugins::KeyUse& use) override {
        const auto answer = unpacked<std::optional<std::string>>(ask(FrameType::use_key, packed(use), FrameType::key_used));
        return answer.value_or(std::nullopt);
    }

  private:
    std::string ask(FrameType type, const std::string& bytes, FrameType wanted) {
        Frame frame;
        if (!send_frame(socket_, type, call_, bytes) || read_frame(socket_, frame) != ReadEnd::frame || frame.type != wanted) return {};
        return std::move(frame.bytes);
    }
    int socket_;
    uint64_t call_ = 0;
};

const plugins::SettingTexts kNoTexts;

class Worker {
  public:
    explicit Worker(int socket) : socket_(socket), desk_(socket) {}

    /// What stands against the plugin's use; "" and an instance when all is well.
    Started start(const Start& start, int plugin_fd) {
        Started out;
        out.refusal = limit_resources(start.memory_max_bytes);
        if (out.refusal.empty()) out.refusal = confine_loading();
        if (!out.refusal.empty()) return out;
        const auto provider = plugins::open_provider(start.provider, plugin_fd, start.manifest_text);
        if (!provider) return out.refusal = provider.error().detail, out;
        provider_ = *provider;
        out.refusal = confine_stepping();
        if (!out.refusal.empty()) return out;
        create(start, out);
        return out;
    }

    int answer_steps() {
        Frame frame;
        while (read_frame(socket_, frame) == ReadEnd::frame) {
            auto message = frame.type == FrameType::step ? unpacked<StepMessage>(frame.bytes) : std::nullopt;
            if (!message) return 2;
            const bool sent = complete(*message) ? send_frame(socket_, FrameType::outcome, frame.call, packed(step(std::move(message->step), frame.call)))
                                                 : send_frame(socket_, FrameType::unknown, frame.call, "");
            if (!sent) return 2;
        }
        return 0;
    }

  private:
    void create(const Start& start, Started& out) {
        plugins::Collector collector(kNoTexts, nullptr, 0, 0);
        collector.set_key_desk(&desk_);
        tpk_out sink{&collector};
        try {
            instance_ = provider_->create(plugins::host_table(), plugins::str_of(start.config_json), &sink);
        } catch (...) {
            collector.fault("An exception crossed the border of the plugin in create().");
        }
        out.ready = instance_ != nullptr;
        if (!out.ready) out.settings = collector.take();
    }
    /// Puts what is remembered before what was sent; false when it is not remembered.
    bool complete(StepMessage& message) {
        if (message.known == 0) return true;
        Step* have = memory_.find(message.step.run);
        if (!have || have->events.size() < message.known) return false;
        Step whole = std::move(*have);
        whole.events.resize(message.known);
        for (auto& event : message.step.events) whole.events.push_back(std::move(event));
        message.step = std::move(whole);
        return true;
    }
    Outcome step(Step step, uint64_t call) {
        plugins::Collector collector(kNoTexts, step.inbound ? &*step.inbound : nullptr, step.now_unix_ms, step.events.size());
        desk_.begin(call);
        collector.set_key_desk(&desk_);
        tpk_out sink{&collector};
        const plugins::StepMemory memory(step, &sink);
        try {
            provider_->step(instance_, memory.abi());
        } catch (...) {
            collector.fault("An exception crossed the border of the plugin.");
        }
        Outcome outcome = collector.take();
        remember(std::move(step), outcome);
        return outcome;
    }
    void remember(Step step, const Outcome& outcome) {
        if (is_final(outcome)) return memory_.forget(step.run);
        if (step.run == 0) return;
        const size_t bytes = weight_of(step);
        const uint64_t run = step.run;
        memory_.put(run, std::move(step), bytes);
    }

    int socket_;
    AskingDesk desk_;
    const tpk_provider* provider_ = nullptr;
    tpk_instance* instance_ = nullptr;
    StepCache<Step> memory_;
};

}  // namespace

int serve(int socket, int plugin_fd) {
    Frame frame;
    if (read_frame(socket, frame) != ReadEnd::frame || frame.type != FrameType::start) return 2;
    const auto start = unpacked<Start>(frame.bytes);
    if (!start) return 2;
    // Never taken down: the process's end is the end of everything in it.
    Worker& worker = *new Worker(socket);
    const Started started = worker.start(*start, plugin_fd);
    if (!send_frame(socket, FrameType::started, frame.call, packed(started)) || !started.ready) return 1;
    return worker.answer_steps();
}

}  // namespace turnpike::worker
