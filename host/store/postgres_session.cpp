#include "host/store/postgres_session.hpp"

#include <libpq-fe.h>

#include <array>
#include <chrono>
#include <thread>

#include "host/store/error.hpp"
#include "host/store/postgres_statement.hpp"

namespace turnpike::store {
namespace {

using namespace std::chrono_literals;
/// How long requests wait for a database that is gone before they are refused.
constexpr auto kRecoverFor = 10s;
constexpr auto kTryEvery = 200ms;

/// A connection nobody answers on is given up in seconds, as one that was closed is.
constexpr std::array<const char*, 9> kKeys = {"dbname", "connect_timeout", "keepalives_idle", "keepalives_interval", "keepalives_count", "tcp_user_timeout", "target_session_attrs", "application_name", nullptr};
constexpr std::array<const char*, 8> kValues = {"3", "2", "1", "3", "5000", "primary", "turnpike", nullptr};

constexpr const char* kEverySession = "SET client_min_messages = error; SET standard_conforming_strings = on; SET lock_timeout = '10s';";
constexpr const char* kReader = "SET default_transaction_read_only = on; SET statement_timeout = '60s';";
/// A writer that stands still loses its session, and with it the claim: what it wakes up to cannot write any more.
constexpr const char* kWriter =
    "SET idle_in_transaction_session_timeout = '5s'; SET idle_session_timeout = '5s'; SET statement_timeout = '30s';"
    "SELECT set_config('synchronous_commit', 'on', false) WHERE current_setting('synchronous_commit') IN ('off', 'local');";
constexpr const char* kLock = "SELECT pg_try_advisory_lock(hashtextextended('turnpike writer ' || current_schema(), 0))";

}  // namespace

PostgresSession::PostgresSession(const std::string& url, Access access) : url_(url), access_(access) { connect(); }

PostgresSession::~PostgresSession() {
    forget_statements();
    PQfinish(connection_);
}

void PostgresSession::connect() {
    forget_statements();
    PQfinish(connection_);
    std::array<const char*, kKeys.size()> values{};
    values[0] = url_.c_str();
    std::copy(kValues.begin(), kValues.end(), values.begin() + 1);
    connection_ = PQconnectdbParams(kKeys.data(), values.data(), 1);
    if (PQstatus(connection_) != CONNECTION_OK) throw_postgres(connection_, nullptr);
    script(kEverySession);
    if (access_ == Access::read_only) script(kReader);
    if (access_ == Access::committer) script(kWriter);
}

void PostgresSession::script(const std::string& sql) {
    if (sql == "ROLLBACK") portions_ = false;
    const PostgresResult result(PQexec(connection_, sql.c_str()));
    const ExecStatusType status = PQresultStatus(result.get());
    if (status != PGRES_COMMAND_OK && status != PGRES_TUPLES_OK) throw_postgres(connection_, result.get());
}

/// The one value of a question without parameters.
std::string PostgresSession::one(const std::string& sql) {
    const PostgresResult result(PQexec(connection_, sql.c_str()));
    if (PQresultStatus(result.get()) != PGRES_TUPLES_OK) throw_postgres(connection_, result.get());
    return PQntuples(result.get()) > 0 ? PQgetvalue(result.get(), 0, 0) : "";
}

std::unique_ptr<Statement> PostgresSession::prepare(const std::string& sql) {
    return std::make_unique<PostgresStatement>(connection_, sql, "s" + std::to_string(++names_), changes_, portions_);
}
std::unique_ptr<Statement> PostgresSession::prepare_lasting(const char* sql) { return prepare(sql); }

int64_t PostgresSession::last_row() {
    auto rows = query("SELECT lastval()");
    rows.next();
    return rows.integer(0);
}

void PostgresSession::begin() {
    committing_ = false;
    transaction_ = one("BEGIN; SELECT pg_current_xact_id()::text");
}

/// A transaction in which a statement failed is rolled back by COMMIT, which says so in its tag alone.
void PostgresSession::commit() {
    committing_ = true;
    const PostgresResult result(PQexec(connection_, "COMMIT"));
    if (PQresultStatus(result.get()) != PGRES_COMMAND_OK) throw_postgres(connection_, result.get());
    committing_ = false;
    if (std::string_view(PQcmdStatus(result.get())) != "COMMIT") throw StoreError(StoreError::Kind::other, "a statement failed and its unit went on");
}

void PostgresSession::snapshot() {
    script("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY");
    portions_ = true;
}

bool PostgresSession::claim(std::function<void()> lost) {
    if (!take_lock()) return false;
    lost_ = std::move(lost);
    fence_ = one("INSERT INTO meta (key, value) VALUES ('writer_fence', '1') ON CONFLICT (key) DO UPDATE SET value = (meta.value::bigint + 1)::text RETURNING value");
    return true;
}

bool PostgresSession::take_lock() { return one(kLock) == "t"; }

Recovery PostgresSession::recover() {
    const auto until = std::chrono::steady_clock::now() + kRecoverFor;
    while (true) {
        try {
            connect();
            return reclaim();
        } catch (const StoreError& e) {
            if (std::chrono::steady_clock::now() >= until) return Recovery::gave_up;
        }
        std::this_thread::sleep_for(kTryEvery);
    }
}

/// The old connection's end may not have reached the server yet: then its lock stands, and is asked for again.
Recovery PostgresSession::reclaim() {
    const bool ours = take_lock();
    if (one("SELECT value FROM meta WHERE key = 'writer_fence'") != fence_) lost_();
    if (!ours) throw StoreError(StoreError::Kind::busy, "the old connection's lock still stands");
    if (!committing_) return Recovery::again;
    committing_ = false;
    // NULL: so long ago that it is forgotten, which nothing of the last seconds is.  An error: a number this server has not
    // come to, so that a promoted standby never had it.
    try {
        return one("SELECT pg_xact_status('" + transaction_ + "'::xid8)") == "committed" ? Recovery::committed : Recovery::again;
    } catch (const StoreError& e) {
        if (e.kind() == StoreError::Kind::lost) {
            committing_ = true;
            throw;
        }
        return Recovery::again;
    }
}

void PostgresSession::keep_alive() { script("SELECT 1"); }

}  // namespace turnpike::store
