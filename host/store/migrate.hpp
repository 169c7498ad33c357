#pragma once

#include <string>

#include "host/base/clock.hpp"
#include "host/base/result.hpp"

namespace turnpike::store {

struct Migration {
    int number;
    const char* name;
    const char* sql;
};

/// The numbered files of host/store/migrations, in order; compiled into the program.
const Migration* migrations_begin();
const Migration* migrations_end();

/// Brings the SQLite file at `path` to this program's schema; a file that exists is copied to
/// `<path>.before-<number>` first.  The new number.  Failure: 409 schema_newer.
Result<int> migrate(const std::string& path, const Clock& clock);
/// The number the file stands at; 0 for an empty one.
int schema_number(const std::string& path);

}  // namespace turnpike::store
