#include <algorithm>
#include <cstdio>

#include "host/app/commands.hpp"
#include "host/app/open_store.hpp"
#include "host/json/write.hpp"
#include "host/ledger/verify.hpp"

namespace turnpike::app {
namespace {

/// Rows of one INSERT: few round trips, and fewer parameters than a statement may have (65,535).
constexpr size_t kRowsAtOnce = 200;

struct Table {
    std::string name;
    std::vector<std::string> columns;
    std::string identity;  ///< the column that counts by itself, if one does
};

std::vector<Table> tables_of(store::Session& file) {
    std::vector<Table> out;
    auto names = file.query("SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%' ORDER BY name");
    while (names.next()) out.push_back({names.text(0), {}, ""});
    for (Table& table : out) {
        auto columns = file.prepare("SELECT name, type, pk FROM pragma_table_info('" + table.name + "')");
        while (columns->step()) {
            table.columns.push_back(columns->text(0));
            if (columns->integer(2) == 1 && columns->text(1) == "INTEGER") table.identity = columns->text(0);
        }
    }
    return out;
}

std::string list_of_columns(const Table& table) {
    std::string out;
    for (const std::string& column : table.columns) out += (out.empty() ? "\"" : ", \"") + column + "\"";
    return out;
}

std::string insert_of(const Table& table, size_t rows) {
    std::string out = "INSERT INTO " + table.name + " (" + list_of_columns(table) + ") VALUES ";
    size_t parameter = 0;
    for (size_t row = 0; row < rows; ++row) {
        out += row == 0 ? "(" : ", (";
        for (size_t i = 0; i < table.columns.size(); ++i) out += (i == 0 ? "$" : ", $") + std::to_string(++parameter);
        out += ")";
    }
    return out;
}

using Row = std::vector<std::optional<std::string>>;

void insert(store::Session& to, const Table& table, const std::vector<Row>& rows, std::unique_ptr<store::Statement>& full) {
    std::unique_ptr<store::Statement> last;
    if (rows.size() == kRowsAtOnce && !full) full = to.prepare(insert_of(table, rows.size()));
    if (rows.size() != kRowsAtOnce) last = to.prepare(insert_of(table, rows.size()));
    store::Statement& statement = last ? *last : *full;
    int parameter = 0;
    for (const Row& row : rows)
        for (const auto& value : row) statement.bind(++parameter, value);
    while (statement.step()) {}
    statement.reset();
}

int64_t copy_rows(store::Session& file, store::Session& to, const Table& table) {
    auto rows = file.prepare("SELECT " + list_of_columns(table) + " FROM " + table.name);
    std::unique_ptr<store::Statement> full;
    std::vector<Row> portion;
    int64_t count = 0;
    while (rows->step()) {
        Row row;
        for (size_t i = 0; i < table.columns.size(); ++i) row.push_back(rows->maybe_text(static_cast<int>(i)));
        portion.push_back(std::move(row));
        ++count;
        if (portion.size() < kRowsAtOnce) continue;
        insert(to, table, portion, full);
        portion.clear();
    }
    if (!portion.empty()) insert(to, table, portion, full);
    return count;
}

int64_t rows_of(store::Session& db, const std::string& table) {
    auto counted = db.prepare("SELECT count(*) FROM " + table + (table == "meta" ? " WHERE key <> 'writer_fence'" : ""));
    counted->step();
    return counted->integer(0);
}

/// One transaction: the database has everything or nothing.
json::Value copy_tables(store::Session& file, store::Tx& tx) {
    json::Value copied = json::Value::object();
    const std::vector<Table> tables = tables_of(file);
    for (const Table& table : tables)
        if (rows_of(tx.db, table.name) != 0) throw Stop{kFindings, "the database is not empty: " + table.name + " has rows"};
    for (const Table& table : tables) {
        const int64_t rows = copy_rows(file, tx.db, table);
        if (rows_of(tx.db, table.name) != rows) throw Stop{kFindings, table.name + " has another number of rows than were copied"};
        if (!table.identity.empty() && rows > 0) {
            auto moved = tx.db.prepare("SELECT setval(pg_get_serial_sequence('" + table.name + "', '" + table.identity + "'), (SELECT max(" + table.identity + ") FROM " + table.name + "))");
            while (moved->step()) {}
        }
        copied.set(table.name, rows);
    }
    return copied;
}

}  // namespace

int copy_store(const CommandOptions& options, const std::string& to) {
    const Setup setup = read_setup(options, NeedKey::no, NeedCode::no);
    sqlite_file(setup.config, "store copy reads a SQLite store; the configuration names another");
    if (to.rfind("postgresql://", 0) != 0) throw Stop{kUsage, "--to takes postgresql://..."};
    SystemClock clock;
    // As its writer: no host adds to it meanwhile.
    const auto from = open_writer(setup.config, clock);
    config::Config target = setup.config;
    target.store_url = to;
    const auto database = open_writer(target, clock);
    json::Value copied;
    from->read([&](store::Session& file) {
        database->committer().run([&](store::Tx& tx) { copied = copy_tables(file, tx); });
        return 0;
    });
    const ledger::Report before = from->read([](store::Session& db) { return ledger::verify(db, std::nullopt); });
    const ledger::Report after = database->read([&](store::Session& db) { return ledger::verify(db, before.head); });
    const bool same = before.findings.empty() && after.findings.empty() && before.head == after.head && before.rows == after.rows && before.entries == after.entries;
    std::printf("%s\n", json::write(json::Value::object({{"rows", std::move(copied)}, {"head", after.head}, {"verified", same}})).c_str());
    return same ? kFine : kFindings;
}

}  // namespace turnpike::app
