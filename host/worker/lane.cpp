#include "host/worker/lane.hpp"

#include <algorithm>

#include "host/base/clock.hpp"
#include "host/worker/host_desk.hpp"

namespace turnpike::worker {
namespace {

using plugins::Outcome;
using plugins::Step;

constexpr int64_t kStartMs = 10000;
constexpr int64_t kStepLeastMs = 2000;
constexpr int kTries = 2;

Outcome failed(std::string hint, bool crashed) {
    plugins::PluginError error = plugins::internal_fault(std::move(hint));
    error.crashed = crashed;
    Outcome out;
    out.verdict = std::move(error);
    return out;
}

/// The step without the events the worker has, and without what stays the same all the way.
Step rest_of(const Step& step, uint32_t known) {
    Step out;
    out.run = step.run;
    out.events.assign(step.events.begin() + known, step.events.end());
    return out;
}

}  // namespace

Outcome Lane::step(const Step& step) {
    const int64_t from_us = steady_us();
    std::lock_guard lock(mutex_);
    Try last;
    for (int i = 0; i < kTries && !last.outcome && !last.hung; ++i) {
        if (const auto refused = process_ ? std::nullopt : start_locked()) {
            const auto* error = std::get_if<plugins::PluginError>(&refused->settings.verdict);
            return failed(refused->refusal.empty() && error ? error->hint : refused->refusal, false);
        }
        last = try_step(step);
    }
    if (!last.outcome) return failed("The plugin's worker " + last.death + " in " + step.op + ".", true);
    last.outcome->duration_us = static_cast<uint32_t>(steady_us() - from_us);
    return std::move(*last.outcome);
}

std::optional<Started> Lane::start() {
    std::lock_guard lock(mutex_);
    return process_ ? std::nullopt : start_locked();
}

pid_t Lane::pid() {
    std::lock_guard lock(mutex_);
    return process_ ? process_->pid() : -1;
}

std::optional<Started> Lane::start_locked() {
    Started refused;
    known_ = {};
    process_ = Process::start(setup_.program, setup_.plugin_fd, refused.refusal);
    if (!process_) return refused;
    Frame frame;
    const bool sent = process_->send(FrameType::start, ++calls_, packed(setup_.start));
    const ReadEnd end = sent ? process_->read(frame, kStartMs) : ReadEnd::closed;
    auto started = end == ReadEnd::frame && frame.type == FrameType::started ? unpacked<Started>(frame.bytes) : std::nullopt;
    if (started && started->ready) return std::nullopt;
    const std::string how = process_->end();
    process_.reset();
    if (started) return started;
    refused.refusal = "plugin " + setup_.start.provider + ": its worker " + how + " while it was loaded";
    return refused;
}

Lane::Try Lane::try_step(const Step& step) {
    const uint32_t* have = step.run ? known_.find(step.run) : nullptr;
    const auto count = static_cast<uint32_t>(step.events.size());
    const uint32_t known = have && *have <= count ? *have : 0;
    if (!send_step(step, known)) return died(false);
    return await(step);
}

bool Lane::send_step(const Step& step, uint32_t known) {
    StepMessage message{known, known ? rest_of(step, known) : step};
    return process_->send(FrameType::step, ++calls_, packed(message));
}

Lane::Try Lane::await(const Step& step) {
    HostDesk desk(setup_.texts);
    const int64_t most_ms = std::max<int64_t>(kStepLeastMs, int64_t{setup_.step_ms} * 10);
    const int64_t until_ms = steady_ms() + most_ms;
    for (;;) {
        Frame frame;
        const ReadEnd end = process_->read(frame, most_ms);
        const bool late = steady_ms() > until_ms;
        if (end != ReadEnd::frame || frame.call != calls_ || late) return died(end == ReadEnd::timed_out || late);
        if (frame.type == FrameType::unknown) {
            known_.forget(step.run);
            if (!send_step(step, 0)) return died(false);
            continue;
        }
        if (frame.type != FrameType::outcome) {
            if (!answer_key_question(frame, desk)) return died(false);
            continue;
        }
        const auto said = unpacked<Outcome>(frame.bytes);
        if (!said) return died(false);
        Outcome outcome = checked(*said, step);
        const auto* error = std::get_if<plugins::PluginError>(&outcome.verdict);
        outcome.proven = desk.proven() && !(error && error->kind == plugins::ErrorKind::internal);
        if (is_final(outcome)) known_.forget(step.run);
        else if (step.run) known_.put(step.run, static_cast<uint32_t>(step.events.size()), weight_of(step));
        return {std::move(outcome), "", false};
    }
}

bool Lane::answer_key_question(const Frame& frame, HostDesk& desk) {
    if (frame.type == FrameType::prove) {
        const auto proof = unpacked<plugins::KeyProof>(frame.bytes);
        return proof && process_->send(FrameType::proven, frame.call, packed(desk.prove(*proof)));
    }
    if (frame.type != FrameType::use_key) return false;
    const auto use = unpacked<plugins::KeyUse>(frame.bytes);
    return use && process_->send(FrameType::key_used, frame.call, packed(desk.use(*use)));
}

Lane::Try Lane::died(bool hung) {
    Try out;
    out.death = process_->end();
    out.hung = hung;
    process_.reset();
    return out;
}

}  // namespace turnpike::worker
