#pragma once

#include <cstddef>
#include <cstdint>
#include <string>

namespace turnpike {

/// Cryptographically strong bytes.  Injected, so that tests and the simulator can replay.  Thread-safe.
class Random {
  public:
    virtual ~Random() = default;
    virtual void fill(void* to, size_t len) = 0;
};

/// OpenSSL's generator.  Short requests (ids, nonces) come from a block that each thread fetches at once.
class SystemRandom final : public Random {
  public:
    void fill(void* to, size_t len) override;
};

/// The same bytes for the same seed; for tests only, never for secrets.
class SeededRandom final : public Random {
  public:
    explicit SeededRandom(uint64_t seed) : state_(seed) {}
    void fill(void* to, size_t len) override;

  private:
    uint64_t state_;
};

/// `len` characters of [a-z0-9], uniformly.
std::string random_lower_alnum(Random& random, size_t len);

}  // namespace turnpike
