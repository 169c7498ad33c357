#pragma once

#include <atomic>
#include <string>
#include <string_view>

#include "host/base/clock.hpp"
#include "host/base/random.hpp"

namespace turnpike {

/// Makes ids such as `pay_01hf...`: a prefix and 26 characters of lower-case Crockford base32, 48 bits of time
/// and 80 random bits (the layout of ULID), so that ids sort by time and indexes grow at one end.
/// Thread-safe when its clock and random source are.
class Ids {
  public:
    Ids(const Clock& clock, Random& random) : clock_(clock), random_(random) {}
    std::string make(std::string_view prefix) const;
    /// The provider-facing reference of an attempt: 16 characters of [a-z0-9] (money.md 3).
    std::string reference() const { return random_lower_alnum(random_, 16); }

  private:
    const Clock& clock_;
    Random& random_;
};

}  // namespace turnpike
