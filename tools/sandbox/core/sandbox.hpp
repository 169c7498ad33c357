#pragma once

#include <atomic>
#include <map>
#include <memory>
#include <mutex>
#include <string>

#include "tools/sandbox/core/emulator.hpp"

namespace sandbox {

/// Routes requests: /{provider host}/... to the emulator of that host, /_sandbox/... to the controls.
class Sandbox {
  public:
    explicit Sandbox(uint64_t seed);
    /// `target`: path and query as received; `base`: our own origin.
    Response handle(const std::string& method, const std::string& target, std::vector<std::pair<std::string, std::string>> headers, std::string body, const std::string& base);
    Json snapshot();
    void restore(const Json& snapshot);

  private:
    struct Slot {
        std::unique_ptr<Emulator> emulator;
        std::mutex mutex;
    };
    Response provider(Request request);
    Response once(Slot& slot, const Request& request);
    Response control(const Request& request);
    Response control_emulator(Slot& slot, const std::string& what, const Request& request);
    Response dial(Emulator& emulator, const Request& request);

    std::atomic<int> held_{0};
    Delivery delivery_;
    std::map<std::string, std::unique_ptr<Slot>> by_id_;
    std::map<std::string, Slot*> by_host_;
};

}  // namespace sandbox
