#include "host/store/migrate.hpp"

#include <algorithm>

#include "host/store/session.hpp"

namespace turnpike::store {
namespace {

int number_in(Session& session) {
    auto rows = session.query("PRAGMA user_version");
    return rows.next() ? static_cast<int>(rows.integer(0)) : 0;
}

void back_up(Session& session, const std::string& to) {
    auto statement = session.prepare("VACUUM INTO $1");
    statement->bind(1, to);
    while (statement->step()) {}
}

}  // namespace

int schema_number(const std::string& path) {
    Session session(path, Access::read_write);
    return number_in(session);
}

Result<int> migrate(const std::string& path, const Clock& clock) {
    Session session(path, Access::read_write);
    const int from = number_in(session);
    const int newest = (migrations_end() - 1)->number;
    if (from > newest) {
        return failure(409, "schema_newer",
                       path + " has schema " + std::to_string(from) + ", this program knows " + std::to_string(newest));
    }
    if (from > 0 && from < newest) {
        back_up(session, path + ".before-" + std::to_string(newest) + "-" + std::to_string(clock.now_ms()));
    }
    std::for_each(migrations_begin(), migrations_end(), [&](const Migration& m) {
        if (m.number <= from) return;
        session.script("BEGIN IMMEDIATE;" + std::string(m.sql) + "PRAGMA user_version=" + std::to_string(m.number) + ";COMMIT;");
    });
    return newest;
}

}  // namespace turnpike::store
