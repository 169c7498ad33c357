#pragma once

#include <functional>
#include <memory>
#include <string>

#include "host/base/clock.hpp"
#include "host/base/result.hpp"
#include "host/store/session.hpp"

namespace turnpike::store {

/// What differs between SQLite and PostgreSQL beside their sessions: how a store is opened, claimed by its one writer,
/// brought to a schema and made durable.
class Engine {
  public:
    /// `sqlite:PATH` or `postgresql://...`.  Failure: 503 store_unsupported.
    static Result<std::unique_ptr<Engine>> of(const std::string& store_url);
    virtual ~Engine() = default;

    /// For people and logs; holds no password.
    virtual std::string name() const = 0;
    virtual std::unique_ptr<Session> open(Access access) = 0;
    /// Makes this process the store's one writer until it ends.  `lost` is called on the committer's thread when another
    /// process has become the writer meanwhile (PostgreSQL, after a lost connection); it must not return to the committer.
    /// Failures: 503 store_locked (somebody else is), store_unavailable.
    virtual Result<void> claim(std::function<void()> lost) = 0;
    /// The schema the store stands at; 0 for an empty one.  Failure: 503 store_unavailable.
    virtual Result<int> schema_number() = 0;
    /// Brings the store to this program's schema; its number.  Failures: 409 schema_newer, 503 store_unavailable.
    virtual Result<int> migrate(const Clock& clock) = 0;
    /// Whether a host brings the store to its schema when it starts; else `turnpike migrate` does.
    virtual bool migrates_at_start() const = 0;
    /// Waits until the disk has what was committed; false when that can never be known.
    virtual bool make_durable() { return true; }
    /// Called by the committer after a commit.
    virtual void bound_log(Session&) {}
    enum class Checkpoint { usual, scrub, last };
    /// Called twice a second after commits, and once at the end.  `scrub`: what was deleted must leave the log too; false
    /// when a reader is in the way, and it must be asked again.
    virtual bool checkpoint(Checkpoint) { return true; }
};

/// Failure 409 schema_newer or schema_older unless `number` is this program's.
Result<void> check_schema(const std::string& name, int number);
/// The same of the store as it stands.  Failure also: 503 store_unavailable.
Result<void> check_schema(Engine& engine);
/// What a host does at its start: SQLite is migrated, PostgreSQL must have been.
Result<void> bring_to_schema(Engine& engine, const Clock& clock);

}  // namespace turnpike::store
