#include "host/store/postgres_statement.hpp"

#include <libpq-fe.h>

#include <charconv>
#include <cstring>

#include "host/base/encoding.hpp"
#include "host/store/error.hpp"

namespace turnpike::store {
namespace {

constexpr Oid kBytea = 17;
constexpr const char* kReplacement = "\xEF\xBF\xBD";  ///< U+FFFD
constexpr const char* kPortion = "FETCH 5000 FROM ";

StoreError::Kind kind_of(std::string_view state) {
    if (state.substr(0, 2) == "23") return StoreError::Kind::constraint;
    if (state == "40001" || state == "40P01" || state == "55P03") return StoreError::Kind::busy;
    if (state == "53100") return StoreError::Kind::full;
    // Read-only: the server was demoted under us.  57P: it goes down, or ended this session.
    if (state == "25006" || state.substr(0, 3) == "57P" || state.substr(0, 2) == "08") return StoreError::Kind::lost;
    return StoreError::Kind::other;
}

std::string line_of(const char* message) {
    std::string text = message ? message : "";
    while (!text.empty() && (text.back() == '\n' || text.back() == ' ')) text.pop_back();
    return text;
}

}  // namespace

void PostgresResultDelete::operator()(pg_result* result) const { PQclear(result); }

void throw_postgres(pg_conn* connection, const pg_result* result) {
    if (PQstatus(connection) == CONNECTION_BAD) throw StoreError(StoreError::Kind::lost, line_of(PQerrorMessage(connection)));
    const char* state = result ? PQresultErrorField(result, PG_DIAG_SQLSTATE) : nullptr;
    // The primary message alone, and not of class 22: detail and those quote values.
    const char* message = result ? PQresultErrorField(result, PG_DIAG_MESSAGE_PRIMARY) : nullptr;
    if (state && std::string_view(state).substr(0, 2) == "22") throw StoreError(StoreError::Kind::other, std::string("a value does not fit, SQLSTATE ") + state);
    throw StoreError(state ? kind_of(state) : StoreError::Kind::lost, line_of(message ? message : PQerrorMessage(connection)));
}

PostgresStatement::PostgresStatement(pg_conn* connection, std::string_view sql, std::string name, int64_t& changes, const bool& cursor)
    : connection_(connection), sql_(sql), name_(std::move(name)), changes_(changes), cursor_wanted_(cursor) {
    const PostgresResult prepared(PQprepare(connection_, name_.c_str(), sql_.c_str(), 0, nullptr));
    if (PQresultStatus(prepared.get()) != PGRES_COMMAND_OK) throw_postgres(connection_, prepared.get());
    const PostgresResult described(PQdescribePrepared(connection_, name_.c_str()));
    if (PQresultStatus(described.get()) != PGRES_COMMAND_OK) throw_postgres(connection_, described.get());
    const int count = PQnparams(described.get());
    values_.resize(static_cast<size_t>(count));
    for (int i = 0; i < count; ++i) bytes_.push_back(PQparamtype(described.get(), i) == kBytea);
}

PostgresStatement::~PostgresStatement() {
    reset();
    if (PQstatus(connection_) == CONNECTION_OK) PostgresResult(PQexec(connection_, ("DEALLOCATE " + name_).c_str()));
}

void PostgresStatement::bind(int index, std::nullptr_t) { values_.at(static_cast<size_t>(index) - 1).reset(); }
void PostgresStatement::bind(int index, int64_t value) { values_.at(static_cast<size_t>(index) - 1) = std::to_string(value); }
void PostgresStatement::bind(int index, Blob blob) { values_.at(static_cast<size_t>(index) - 1) = blob.bytes; }

void PostgresStatement::bind(int index, std::string_view text) {
    const size_t place = static_cast<size_t>(index) - 1;
    std::string& value = values_.at(place).emplace(text);
    // PostgreSQL keeps no zero byte in a text.  The API takes none; a provider's message that has one is kept whole, as bytes.
    if (bytes_[place]) return;
    for (size_t at = value.find('\0'); at != std::string::npos; at = value.find('\0', at)) value.replace(at, 1, kReplacement);
}

bool PostgresStatement::step() {
    if (!result_) cursor_wanted_ && values_.empty() ? execute_in_portions() : execute();
    decoded_.clear();
    if (++row_ < PQntuples(result_.get())) return true;
    return cursor_open_ && next_portion();
}

void PostgresStatement::execute() {
    std::vector<const char*> values;
    std::vector<int> sizes, formats;
    for (size_t i = 0; i < values_.size(); ++i) {
        values.push_back(values_[i] ? values_[i]->c_str() : nullptr);
        sizes.push_back(values_[i] ? static_cast<int>(values_[i]->size()) : 0);
        formats.push_back(bytes_[i] ? 1 : 0);
    }
    result_.reset(PQexecPrepared(connection_, name_.c_str(), static_cast<int>(values.size()), values.data(), sizes.data(), formats.data(), 0));
    const ExecStatusType status = PQresultStatus(result_.get());
    if (status != PGRES_TUPLES_OK && status != PGRES_COMMAND_OK) {
        const PostgresResult failed = std::move(result_);
        throw_postgres(connection_, failed.get());
    }
    const std::string_view touched = PQcmdTuples(result_.get());
    changes_ = 0;
    std::from_chars(touched.data(), touched.data() + touched.size(), changes_);
    row_ = -1;
}

void PostgresStatement::execute_in_portions() {
    const PostgresResult declared(PQexec(connection_, ("DECLARE c_" + name_ + " NO SCROLL CURSOR FOR " + sql_).c_str()));
    if (PQresultStatus(declared.get()) != PGRES_COMMAND_OK) throw_postgres(connection_, declared.get());
    cursor_open_ = true;
    next_portion();
    row_ = -1;
}

bool PostgresStatement::next_portion() {
    result_.reset(PQexec(connection_, (kPortion + ("c_" + name_)).c_str()));
    if (PQresultStatus(result_.get()) != PGRES_TUPLES_OK) {
        const PostgresResult failed = std::move(result_);
        throw_postgres(connection_, failed.get());
    }
    row_ = 0;
    return PQntuples(result_.get()) > 0;
}

void PostgresStatement::reset() {
    if (cursor_open_ && PQtransactionStatus(connection_) == PQTRANS_INTRANS) PostgresResult(PQexec(connection_, ("CLOSE c_" + name_).c_str()));
    cursor_open_ = false;
    result_.reset();
    row_ = -1;
}

bool PostgresStatement::is_null(int column) const { return PQgetisnull(result_.get(), row_, column) != 0; }

int64_t PostgresStatement::integer(int column) const {
    const std::string_view text = PQgetvalue(result_.get(), row_, column);
    if (text == "t") return 1;
    int64_t value = 0;
    std::from_chars(text.data(), text.data() + text.size(), value);
    return value;
}

std::string_view PostgresStatement::view(int column) const {
    const char* from = PQgetvalue(result_.get(), row_, column);
    const std::string_view text(from, static_cast<size_t>(PQgetlength(result_.get(), row_, column)));
    if (PQftype(result_.get(), column) != kBytea || text.substr(0, 2) != "\\x") return text;
    decoded_.resize(static_cast<size_t>(PQnfields(result_.get())));
    auto& bytes = decoded_[static_cast<size_t>(column)];
    if (!bytes) bytes = from_hex(text.substr(2)).value_or("");
    return *bytes;
}

}  // namespace turnpike::store
