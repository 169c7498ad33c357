#pragma once

#include <vector>

#include "host/plugins/step.hpp"
#include "turnpike/provider.h"

namespace turnpike::plugins {

/// A Step as the C structures a plugin reads; they point into the Step and into this object.
class StepMemory {
  public:
    StepMemory(const Step& step, tpk_out* out);
    StepMemory(const StepMemory&) = delete;
    StepMemory& operator=(const StepMemory&) = delete;
    const tpk_step* abi() const { return &step_; }

  private:
    const tpk_header* headers(const std::vector<Header>& from);
    void set_event(const Event& from, size_t index);
    void set_inbound(const Inbound& from);

    tpk_step step_{};
    tpk_inbound inbound_{};
    std::vector<tpk_event> events_;
    std::vector<tpk_http_response> responses_;
    std::vector<std::vector<tpk_header>> headers_;
};

}  // namespace turnpike::plugins
