#pragma once

#include <stdexcept>
#include <string>

namespace turnpike::store {

/// The store could not do what it was asked: disk full, a constraint, a broken file, a lost connection.  Thrown inside
/// units and reads; caught once where a unit ends (committer) or a handler answers.
class StoreError : public std::runtime_error {
  public:
    enum class Kind { constraint, busy, full, lost, other };
    StoreError(Kind kind, const std::string& what) : std::runtime_error(what), kind_(kind) {}
    Kind kind() const { return kind_; }

  private:
    Kind kind_;
};

}  // namespace turnpike::store
