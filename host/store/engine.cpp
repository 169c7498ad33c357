#include "host/store/engine.hpp"

#include "host/store/migrate.hpp"
#include "host/store/postgres_engine.hpp"
#include "host/store/sqlite_engine.hpp"

namespace turnpike::store {

Result<std::unique_ptr<Engine>> Engine::of(const std::string& store_url) {
    if (store_url.rfind("sqlite:", 0) == 0 && store_url.size() > 7) return std::make_unique<SqliteEngine>(store_url.substr(7));
    if (store_url.rfind("postgresql://", 0) == 0) return std::make_unique<PostgresEngine>(store_url);
    return failure(503, "store_unsupported", "a store is sqlite:PATH or postgresql://...");
}

Result<void> check_schema(const std::string& name, int number) {
    const int newest = (migrations_end() - 1)->number;
    if (number == newest) return {};
    const std::string detail = name + " has schema " + std::to_string(number) + ", this program knows " + std::to_string(newest);
    if (number > newest) return failure(409, "schema_newer", detail);
    return failure(409, "schema_older", detail + ": run turnpike migrate");
}

Result<void> check_schema(Engine& engine) {
    const auto number = engine.schema_number();
    if (!number) return Failure(number.error());
    return check_schema(engine.name(), *number);
}

Result<void> bring_to_schema(Engine& engine, const Clock& clock) {
    if (!engine.migrates_at_start()) return check_schema(engine);
    const auto migrated = engine.migrate(clock);
    if (!migrated) return Failure(migrated.error());
    return {};
}

}  // namespace turnpike::store
