#pragma once

#include <cstdint>
#include <map>
#include <mutex>
#include <string>
#include <string_view>

namespace turnpike::events {

/// How many events of each type this process has committed; every type the host has stands there from the start, so that
/// the first one shows as an increase.  Any thread.
class Counts {
  public:
    static Counts& of_process();
    void add(std::string_view type);
    std::map<std::string, uint64_t, std::less<>> all() const;

  private:
    Counts();
    mutable std::mutex mutex_;
    std::map<std::string, uint64_t, std::less<>> by_type_;
};

}  // namespace turnpike::events
