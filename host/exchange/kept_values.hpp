#pragma once

#include <functional>
#include <map>
#include <mutex>
#include <string>
#include <vector>

#include "host/plugins/step.hpp"

namespace turnpike::exchange {

/// What plugins asked to keep between operations (tokens), by integration.  Any thread.
class KeptValues {
  public:
    virtual ~KeptValues() = default;
    /// {"key":"value"} of what has not expired.
    virtual std::string cache_json(const std::string& integration) = 0;
    /// Stores, then calls `stored`: after the commit when any of them is durable, else at once.
    virtual void store(const std::string& integration, const std::vector<plugins::Keep>& keeps, std::function<void()> stored) = 0;
};

/// Kept as long as the process lives; for tests and one-off commands.
class MemoryKeptValues final : public KeptValues {
  public:
    std::string cache_json(const std::string& integration) override;
    void store(const std::string& integration, const std::vector<plugins::Keep>& keeps, std::function<void()> stored) override;

  private:
    struct Value {
        std::string text;
        int64_t until_ms = 0;  ///< steady; 0 = for ever
    };
    std::mutex mutex_;
    std::map<std::string, std::map<std::string, Value>> values_;
};

}  // namespace turnpike::exchange
