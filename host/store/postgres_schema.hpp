#pragma once

#include <string>
#include <string_view>

namespace turnpike::store {

/// A migration's text for PostgreSQL: the same tables, with its names of types, identities and byte order of text.
std::string for_postgres(std::string_view sql);
/// What SQLite brings and the statements use: instr, json_remove.
std::string_view postgres_functions();

}  // namespace turnpike::store
