#include <unistd.h>

#include <cstdio>
#include <filesystem>

#include "host/app/commands.hpp"
#include "host/app/open_store.hpp"

namespace turnpike::app {
namespace {

constexpr const char* kRecovering = "recovering";

}  // namespace

bool is_recovering(store::Session& db) { return db.query("SELECT 1 FROM meta WHERE key = $1", kRecovering).next(); }

int migrate(const CommandOptions& options) {
    const Setup setup = read_setup(options, NeedKey::no, NeedCode::no);
    SystemClock clock;
    auto engine = store::Engine::of(setup.config.store_url);
    if (!engine) throw Stop{kUsage, engine.error().detail};
    const auto number = (*engine)->migrate(clock);
    if (!number) throw Stop{exit_code_of(number.error()), number.error().detail};
    std::printf("schema %d\n", *number);
    return kFine;
}

int backup(const CommandOptions& options, const std::string& to) {
    const Setup setup = read_setup(options, NeedKey::no, NeedCode::no);
    SystemClock clock;
    sqlite_file(setup.config, "backup copies SQLite stores; for PostgreSQL use pg_dump or its archive (host/docs/postgresql.md)");
    const auto store = open_reader(setup.config, clock);
    if (::access(to.c_str(), F_OK) == 0) throw Stop{kEnvironment, to + " exists already"};
    store->read([&](store::Session& db) {
        db.script("PRAGMA query_only=OFF");
        auto statement = db.prepare("VACUUM INTO $1");
        statement->bind(1, to);
        while (statement->step()) {}
        db.script("PRAGMA query_only=ON");
        return 0;
    });
    std::printf("%s\n", to.c_str());
    return kFine;
}

namespace {

/// The copy may be older than the truth: every open payment is asked about at once, all lists are read again, and nothing
/// new is begun until somebody has looked (`turnpike resume`).
void begin_recovering(store::Tx& tx) {
    tx.db.run("UPDATE payments SET next_check_at = $1, checks = 0 WHERE status IN ('pending', 'requires_action', 'authorized', 'partially_paid')", tx.now_ms);
    tx.db.run("UPDATE integration_facts SET swept_to = NULL");
    tx.db.run("INSERT INTO meta (key, value) VALUES ($1, '1') ON CONFLICT (key) DO NOTHING", kRecovering);
}

void put_copy(const std::string& from, const std::string& to) {
    if (::access(to.c_str(), F_OK) == 0) throw Stop{kEnvironment, to + " exists: move it away first"};
    std::error_code error;
    std::filesystem::copy_file(from, to, error);
    if (error) throw Stop{kEnvironment, from + " cannot be copied: " + error.message()};
}

}  // namespace

int restore(const CommandOptions& options, const std::string& from) {
    const Setup setup = read_setup(options, NeedKey::no, NeedCode::no);
    const bool file = setup.config.store_url.rfind("sqlite:", 0) == 0;
    if (!file && !from.empty()) throw Stop{kUsage, "put the copy back with pg_restore, then run turnpike restore without --from (host/docs/postgresql.md)"};
    if (file && from.empty()) throw Stop{kUsage, "--from is required: the copy that turnpike backup made"};
    if (file) put_copy(from, setup.config.store_url.substr(7));
    SystemClock clock;
    open_writer(setup.config, clock)->committer().run([](store::Tx& tx) { begin_recovering(tx); });
    std::printf("restored; the host takes messages and asks the providers, and begins nothing new until: turnpike prove, then turnpike resume\n");
    return kFine;
}

/// Beside a running host, which sees it within a second.
int resume(const CommandOptions& options) {
    const Setup setup = read_setup(options, NeedKey::no, NeedCode::no);
    SystemClock clock;
    const auto looked = open_reader(setup.config, clock);
    if (!looked->read([](store::Session& db) { return is_recovering(db); })) {
        std::fputs("The store is not recovering.\n", stderr);
        return kFindings;
    }
    const auto db = looked->engine().open(store::Access::read_write);
    db->begin();
    db->run("DELETE FROM meta WHERE key = $1", kRecovering);
    db->run("INSERT INTO audit (at, actor, action, object, detail) VALUES ($1, 'command line', 'store.resume', 'store', '{}')", clock.now_ms());
    db->commit();
    std::printf("resumed\n");
    return kFine;
}

}  // namespace turnpike::app
