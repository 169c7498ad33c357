#pragma once

#include <string>
#include <vector>

#include "host/plugins/collector.hpp"
#include "host/plugins/key_desk.hpp"

namespace turnpike::worker {

/// Answers a worker's questions about keys during one step.  Nothing the worker says is believed: that a message was
/// proven is what happened here, and bytes made here in the same step are no claim of somebody else's.
class HostDesk final : public plugins::KeyDesk {
  public:
    explicit HostDesk(const plugins::SettingTexts& settings) : settings_(settings) {}
    plugins::Proven prove(const plugins::KeyProof& proof) override;
    std::optional<std::string> use(const plugins::KeyUse& use) override;
    bool proven() const { return proven_; }

  private:
    const plugins::SettingTexts& settings_;
    std::vector<std::string> made_;
    bool proven_ = false;
};

/// Says an outcome that came from a worker once more to the host's own functions, so that every rule a plugin in this
/// process is held to holds for it too.
plugins::Outcome checked(const plugins::Outcome& said, const plugins::Step& step);

}  // namespace turnpike::worker
