#pragma once

namespace turnpike::store {

struct Migration {
    int number;
    const char* name;
    const char* sql;  ///< SQLite's; PostgreSQL's is made of it (postgres_schema.hpp)
};

/// The numbered files of host/store/migrations, in order; compiled into the program.
const Migration* migrations_begin();
const Migration* migrations_end();

}  // namespace turnpike::store
