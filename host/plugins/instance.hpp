#pragma once

#include <memory>

#include "host/config/manifest.hpp"
#include "host/plugins/step.hpp"

namespace turnpike::plugins {

/// One configured integration of one provider: the only way anything reaches a plugin.  In this process or in a worker of
/// its own; but for isolated() callers cannot tell.
class Instance {
  public:
    virtual ~Instance() = default;
    /// Pure: the same step gives the same outcome.  May be called from many threads at once.  Never throws.
    /// Blocks for at most the manifest's step_ms in a healthy plugin.
    virtual Outcome step(const Step& step) const = 0;
    virtual const config::Manifest& manifest() const = 0;
    /// Whether a step may keep its thread waiting: such steps go to threads of their own.
    virtual bool isolated() const { return manifest().isolation == "required"; }
};

using InstancePtr = std::shared_ptr<const Instance>;

}  // namespace turnpike::plugins
