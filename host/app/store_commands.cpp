#include <unistd.h>

#include <cstdio>

#include "host/app/commands.hpp"
#include "host/app/open_store.hpp"

namespace turnpike::app {

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

int restore(const CommandOptions& options, const std::string& from) {
    const Setup setup = read_setup(options, NeedKey::no, NeedCode::no);
    const std::string to = sqlite_file(setup.config, "restore puts back SQLite stores; for PostgreSQL use pg_restore (host/docs/postgresql.md)");
    if (::access(to.c_str(), F_OK) == 0) throw Stop{kEnvironment, to + " exists: move it away first"};
    std::error_code error;
    std::filesystem::copy_file(from, to, error);
    if (error) throw Stop{kEnvironment, from + " cannot be copied: " + error.message()};
    // Every open payment is asked about at once: the copy may be older than the truth.
    SystemClock clock;
    const auto store = open_writer(setup.config, clock);
    store->committer().run([](store::Tx& tx) {
        tx.db.run("UPDATE payments SET next_check_at = $1, checks = 0 WHERE status IN ('pending', 'requires_action', 'authorized', 'partially_paid')", tx.now_ms);
        tx.db.run("UPDATE integration_facts SET swept_to = NULL");
    });
    std::printf("%s restored; start the host, let it ask the providers, then run turnpike prove\n", to.c_str());
    return kFine;
}

}  // namespace turnpike::app
