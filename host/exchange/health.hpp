#pragma once

#include <cstdint>
#include <map>
#include <mutex>
#include <optional>
#include <string>

namespace turnpike::exchange {

/// Which integrations' hosts do not answer now: what the breaker found, for people to see.  Any thread.
class HealthBoard {
  public:
    struct Failing {
        std::string host;
        int64_t since_unix_ms = 0;
    };
    void failing(const std::string& integration, const std::string& host, int64_t now_ms);
    void answers(const std::string& integration, const std::string& host);
    /// The host of an integration that has been failing longest; nothing when all answer.
    std::optional<Failing> of(const std::string& integration) const;
    /// How many integrations have a failing host.
    size_t count() const;

  private:
    mutable std::mutex mutex_;
    std::map<std::string, std::map<std::string, int64_t>> failing_;  ///< integration -> host -> since
};

}  // namespace turnpike::exchange
