#include "host/store/postgres_engine.hpp"

#include <libpq-fe.h>

#include <algorithm>
#include <cstring>

#include "host/store/error.hpp"
#include "host/store/migrate.hpp"
#include "host/store/postgres_schema.hpp"
#include "host/store/postgres_session.hpp"

namespace turnpike::store {
namespace {

/// Host and database of a URL, which may hold a password.
std::string name_of(const std::string& url) {
    std::string host, database;
    if (PQconninfoOption* all = PQconninfoParse(url.c_str(), nullptr)) {
        for (const PQconninfoOption* o = all; o->keyword; ++o) {
            if (!o->val) continue;
            if (std::strcmp(o->keyword, "host") == 0) host = o->val;
            if (std::strcmp(o->keyword, "dbname") == 0) database = o->val;
        }
        PQconninfoFree(all);
    }
    return "postgresql://" + host + "/" + database;
}

int table_number(Session& session) {
    auto there = session.query("SELECT to_regclass('schema_version') IS NOT NULL");
    there.next();
    if (there.integer(0) == 0) return 0;
    auto rows = session.query("SELECT coalesce(max(number), 0) FROM schema_version");
    rows.next();
    return static_cast<int>(rows.integer(0));
}

void apply(Session& session, int from) {
    session.script("CREATE TABLE IF NOT EXISTS schema_version (number BIGINT PRIMARY KEY, at BIGINT NOT NULL)");
    session.script(std::string(postgres_functions()));
    std::for_each(migrations_begin(), migrations_end(), [&](const Migration& m) {
        if (m.number <= from) return;
        session.script(for_postgres(m.sql));
        session.run("INSERT INTO schema_version (number, at) VALUES ($1, (extract(epoch FROM now()) * 1000)::bigint)", m.number);
    });
}

}  // namespace

PostgresEngine::PostgresEngine(std::string url) : url_(std::move(url)), name_(name_of(url_)) {}

std::unique_ptr<Session> PostgresEngine::open(Access access) {
    if (access == Access::committer && committer_) return std::move(committer_);
    return std::make_unique<PostgresSession>(url_, access);
}

Result<void> PostgresEngine::claim(std::function<void()> lost) {
    try {
        auto session = std::make_unique<PostgresSession>(url_, Access::committer);
        if (!session->claim(std::move(lost))) return failure(503, "store_locked", name_ + " is in use by another host");
        // Engines that speak PostgreSQL's protocol may take such a lock and mean nothing by it.
        if (PostgresSession(url_, Access::committer).claim([] {})) return failure(503, "store_unsupported", name_ + " does not keep advisory locks: two hosts would write at once");
        committer_ = std::move(session);
        return {};
    } catch (const StoreError& e) {
        return failure(503, "store_unavailable", name_ + ": " + e.what());
    }
}

Result<int> PostgresEngine::schema_number() {
    try {
        return table_number(*open(Access::read_only));
    } catch (const StoreError& e) {
        return failure(503, "store_unavailable", name_ + ": " + e.what());
    }
}

Result<int> PostgresEngine::migrate(const Clock&) {
    try {
        PostgresSession session(url_, Access::read_write);
        session.begin();
        session.script("SELECT pg_advisory_xact_lock(hashtextextended('turnpike migrate ' || current_schema(), 0))");
        const int from = table_number(session);
        const int newest = (migrations_end() - 1)->number;
        if (from > newest) return Failure(check_schema(name_, from).error());
        apply(session, from);
        session.commit();
        return newest;
    } catch (const StoreError& e) {
        return failure(503, "store_unavailable", name_ + ": " + e.what());
    }
}

}  // namespace turnpike::store
