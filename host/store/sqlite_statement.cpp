#include "host/store/sqlite_statement.hpp"

#include <sqlite3.h>

#include "host/store/error.hpp"

namespace turnpike::store {
namespace {

[[noreturn]] void throw_sqlite(sqlite3* db, int code) {
    auto kind = StoreError::Kind::other;
    switch (code & 0xff) {
        case SQLITE_CONSTRAINT: kind = StoreError::Kind::constraint; break;
        case SQLITE_BUSY: kind = StoreError::Kind::busy; break;
        case SQLITE_FULL: kind = StoreError::Kind::full; break;
        default: break;
    }
    throw StoreError(kind, sqlite3_errmsg(db));
}

}  // namespace

SqliteStatement::SqliteStatement(sqlite3* db, std::string_view sql) : db_(db) {
    const int code = sqlite3_prepare_v3(db, sql.data(), static_cast<int>(sql.size()), SQLITE_PREPARE_PERSISTENT, &raw_, nullptr);
    if (code != SQLITE_OK) throw_sqlite(db, code);
    const int count = sqlite3_bind_parameter_count(raw_);
    for (int i = 1; i <= count; ++i) places_.push_back(sqlite3_bind_parameter_index(raw_, ("$" + std::to_string(i)).c_str()));
}

SqliteStatement::~SqliteStatement() { sqlite3_finalize(raw_); }

void SqliteStatement::bind(int index, std::nullptr_t) { sqlite3_bind_null(raw_, place(index)); }

void SqliteStatement::bind(int index, int64_t value) {
    if (const int code = sqlite3_bind_int64(raw_, place(index), value)) throw_sqlite(db_, code);
}

void SqliteStatement::bind(int index, std::string_view text) {
    const int code = sqlite3_bind_text64(raw_, place(index), text.empty() ? "" : text.data(), text.size(), lent_ ? SQLITE_STATIC : SQLITE_TRANSIENT, SQLITE_UTF8);
    if (code != SQLITE_OK) throw_sqlite(db_, code);
}

void SqliteStatement::bind(int index, Blob blob) {
    const char* from = blob.bytes.empty() ? "" : blob.bytes.data();
    const int code = sqlite3_bind_blob64(raw_, place(index), from, blob.bytes.size(), lent_ ? SQLITE_STATIC : SQLITE_TRANSIENT);
    if (code != SQLITE_OK) throw_sqlite(db_, code);
}

bool SqliteStatement::step() {
    const int code = sqlite3_step(raw_);
    if (code == SQLITE_ROW) return true;
    if (code == SQLITE_DONE) return false;
    sqlite3_reset(raw_);
    throw_sqlite(db_, code);
}

void SqliteStatement::reset() { sqlite3_reset(raw_); }

bool SqliteStatement::is_null(int column) const { return sqlite3_column_type(raw_, column) == SQLITE_NULL; }
int64_t SqliteStatement::integer(int column) const { return sqlite3_column_int64(raw_, column); }

std::string_view SqliteStatement::view(int column) const {
    const void* bytes = sqlite3_column_blob(raw_, column);
    return {static_cast<const char*>(bytes), static_cast<size_t>(sqlite3_column_bytes(raw_, column))};
}

}  // namespace turnpike::store
