#pragma once

#include <cstdint>
#include <random>
#include <string>

namespace turnpike::simulation {

/// The one source of chance: the same seed gives the same run on every machine.
class Dice {
  public:
    explicit Dice(uint64_t seed) : engine_(seed) {}
    /// 0 to n - 1.
    size_t below(size_t n) { return n == 0 ? 0 : static_cast<size_t>(engine_() % n); }
    int64_t between(int64_t low, int64_t high) { return low + static_cast<int64_t>(engine_() % static_cast<uint64_t>(high - low + 1)); }
    bool percent(unsigned n) { return engine_() % 100 < n; }

  private:
    std::mt19937_64 engine_;
};

}  // namespace turnpike::simulation
