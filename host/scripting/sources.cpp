#include "host/scripting/sources.hpp"

#include <algorithm>
#include <fstream>
#include <regex>

#include "host/json/read.hpp"
#include "host/json/write.hpp"

namespace turnpike::scripting {
namespace {

using json::Value;
namespace fs = std::filesystem;

constexpr size_t kLongestSource = 256 << 10;

std::string text_of(const fs::path& file) {
    std::ifstream in(file, std::ios::binary);
    return {std::istreambuf_iterator<char>(in), {}};
}

void audit(store::Tx& tx, const std::string& actor, const char* action, const std::string& name, int64_t version) {
    tx.db.run("INSERT INTO audit (at, actor, action, object, detail) VALUES ($1, $2, $3, $4, $5)", tx.now_ms, actor, action, name, json::write(Value::object({{"version", version}})));
}

int64_t newest(store::Session& db, const std::string& name) {
    auto rows = db.query("SELECT max(version) FROM script_versions WHERE name = $1", name);
    return rows.next() && !rows.is_null(0) ? rows.integer(0) : 0;
}

}  // namespace

bool is_script_name(const std::string& name) {
    static const std::regex pattern("[a-z0-9][a-z0-9_-]{0,62}");
    return std::regex_match(name, pattern);
}

Result<void> check_source(const std::string& source) {
    if (source.empty() || source.size() > kLongestSource) return failure(422, "script_invalid", "A script has 1 byte to 256 KiB.");
    // JSON carries it to the plugin, so it must be UTF-8.
    if (!json::read(json::write(Value(source)))) return failure(422, "script_invalid", "A script is UTF-8 text.");
    return {};
}

Value all_sources(store::Session& db, const fs::path& folder, std::vector<std::string>& faults) {
    Value out = Value::object();
    std::error_code none;
    std::vector<fs::path> files;
    for (const auto& entry : fs::directory_iterator(folder, none))
        if (entry.path().extension() == ".js") files.push_back(entry.path());
    std::sort(files.begin(), files.end());
    for (const fs::path& file : files) {
        const std::string source = text_of(file);
        const bool fits = is_script_name(file.stem().string()) && check_source(source);
        if (fits) out.set(file.stem().string(), source);
        else faults.push_back(file.string() + " is no script: lower-case names, UTF-8, at most 256 KiB");
    }
    auto rows = db.query("SELECT name, source FROM scripts ORDER BY name");
    while (rows.next()) {
        if (out.find(rows.text(0))) faults.push_back("the saved script " + rows.text(0) + " is hidden by a file of its name");
        else out.set(rows.text(0), rows.text(1));
    }
    return out;
}

int64_t save_source(store::Tx& tx, const std::string& name, const std::string& source, const std::string& actor) {
    const int64_t version = newest(tx.db, name) + 1;
    tx.db.run("INSERT INTO scripts (name, version, source, actor, updated_at) VALUES ($1, $2, $3, $4, $5)"
              " ON CONFLICT (name) DO UPDATE SET version = excluded.version, source = excluded.source, actor = excluded.actor, updated_at = excluded.updated_at", name, version, source, actor, tx.now_ms);
    tx.db.run("INSERT INTO script_versions (name, version, source, actor, at) VALUES ($1, $2, $3, $4, $5)", name, version, source, actor, tx.now_ms);
    audit(tx, actor, "script.save", name, version);
    return version;
}

bool remove_source(store::Tx& tx, const std::string& name, const std::string& actor) {
    auto rows = tx.db.query("SELECT version FROM scripts WHERE name = $1", name);
    if (!rows.next()) return false;
    tx.db.run("DELETE FROM scripts WHERE name = $1", name);
    const int64_t version = newest(tx.db, name) + 1;
    tx.db.run("INSERT INTO script_versions (name, version, source, actor, at) VALUES ($1, $2, NULL, $3, $4)", name, version, actor, tx.now_ms);
    audit(tx, actor, "script.delete", name, version);
    return true;
}

}  // namespace turnpike::scripting
