#pragma once

#include <memory>

#include "host/config/manifest.hpp"
#include "host/plugins/step.hpp"

namespace turnpike::plugins {

/// One configured integration of one provider: the only way anything reaches a plugin.  In-process today, in a
/// worker process later; callers cannot tell.
class Instance {
  public:
    virtual ~Instance() = default;
    /// Pure: the same step gives the same outcome.  May be called from many threads at once.  Never throws.
    /// Blocks for at most the manifest's step_ms in a healthy plugin.
    virtual Outcome step(const Step& step) const = 0;
    virtual const config::Manifest& manifest() const = 0;
};

using InstancePtr = std::shared_ptr<const Instance>;

}  // namespace turnpike::plugins
