#pragma once

#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>

#include "host/plugins/collector.hpp"
#include "host/worker/messages.hpp"
#include "host/worker/process.hpp"
#include "host/worker/step_cache.hpp"

namespace turnpike::worker {

/// What a lane starts its worker from.
struct LaneSetup {
    std::filesystem::path program;
    int plugin_fd = -1;
    Start start;
    plugins::SettingTexts texts;  ///< stay in the host
    uint32_t step_ms = 50;
};

/// One worker process, started when first needed and again after it died: steps go through it one at a time.  A worker that
/// dies of a step is replaced and the step, which is pure, taken once more; a second death is the step's own.  A worker that
/// does not answer within ten times step_ms (two seconds at least) is ended, and not asked again.
class Lane {
  public:
    explicit Lane(LaneSetup setup) : setup_(std::move(setup)) {}
    /// Any thread; waits for its turn.
    plugins::Outcome step(const plugins::Step& step);
    /// Starts the worker now.  nullopt: it is ready, else why it cannot be used, or what create() said.
    std::optional<Started> start();
    /// For tests and the operator's eye; -1 when none runs.
    pid_t pid();

  private:
    struct Try {
        std::optional<plugins::Outcome> outcome;
        std::string death;
        bool hung = false;
    };
    std::optional<Started> start_locked();
    Try try_step(const plugins::Step& step);
    bool send_step(const plugins::Step& step, uint32_t known);
    Try await(const plugins::Step& step);
    bool answer_key_question(const Frame& frame, class HostDesk& desk);
    Try died(bool hung);

    LaneSetup setup_;
    std::mutex mutex_;
    std::optional<Process> process_;
    StepCache<uint32_t> known_;  ///< run -> events the worker has
    uint64_t calls_ = 0;
};

}  // namespace turnpike::worker
