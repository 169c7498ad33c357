#include "host/app/integration_store.hpp"

#include "host/config/integration_json.hpp"
#include "host/config/integration_reader.hpp"
#include "host/json/read.hpp"
#include "host/json/write.hpp"
#include "host/payments/unit.hpp"

namespace turnpike::app {
namespace {

constexpr int64_t kHookOverlapMs = 86400 * 1000;

void ensure_row(store::Tx& tx, const payments::Integration& integration) {
    tx.db.run("INSERT INTO integration_facts (id, provider, mode) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING", integration.id(),
              integration.source.def.provider, integration.source.mode());
}

void audit_integration(store::Tx& tx, const std::string& actor, const std::string& action, const std::string& id, const json::Value& detail = json::Value::object()) {
    tx.db.run("INSERT INTO audit (at, actor, action, object, detail) VALUES ($1, $2, $3, $4, $5)", tx.now_ms, actor, "integration." + action, id, json::write(detail));
}

/// Every value under its path; a sealed one only says that it is there.
void flatten(const json::Value& value, const std::string& path, std::map<std::string, json::Value>& out) {
    if (value.is_object()) {
        for (const auto& [name, member] : value.members()) flatten(member, path.empty() ? name : path + "." + name, out);
        return;
    }
    const bool sealed = value.string().value_or("").rfind("sealed:", 0) == 0;
    out[path] = sealed ? json::Value("********") : value;
}

/// [{name, before, after}] of what a save changed; secrets that were given anew are named without their value.
json::Value changes(const json::Value& before, const json::Value& after, const std::vector<std::string>& secrets) {
    std::map<std::string, json::Value> old, now;
    flatten(before, "", old);
    flatten(after, "", now);
    json::Value out = json::Value::array();
    auto add = [&](const std::string& name, json::Value from, json::Value to) { out.push(json::Value::object({{"name", name}, {"before", std::move(from)}, {"after", std::move(to)}})); };
    for (const auto& [name, value] : now)
        if (const auto known = old.find(name); known == old.end() || !(known->second == value)) add(name, known == old.end() ? json::Value() : known->second, value);
    for (const auto& [name, value] : old)
        if (!now.count(name)) add(name, value, json::Value());
    for (const std::string& key : secrets)
        if (old.count("settings." + key)) add("settings." + key, "********", "(new secret)");
    return out;
}

/// Keys of secrets the caller gave, before the kept ones are put in.
std::vector<std::string> given_secrets(const json::Value& definition, const config::Manifest& manifest) {
    std::vector<std::string> out;
    const json::Value* settings = definition.find("settings");
    for (const config::SettingSpec& spec : manifest.settings) {
        const json::Value* value = settings ? settings->find(spec.key) : nullptr;
        if (spec.is_secret() && value && value->string() && *value->string() != "********") out.push_back(spec.key);
    }
    return out;
}

/// Secrets that were left out keep their sealed value; the mask people see counts as left out.
void keep_secrets(json::Value& fresh, const json::Value& old, const config::Manifest& manifest) {
    const json::Value* kept = old.find("settings");
    if (!kept) return;
    if (!fresh.find("settings")) fresh.set("settings", json::Value::object());
    json::Value& settings = *fresh.find("settings");
    for (const config::SettingSpec& spec : manifest.settings) {
        const json::Value* before = kept->find(spec.key);
        const json::Value* now = settings.find(spec.key);
        const bool masked = now && now->string() == std::string_view("********");
        if (spec.is_secret() && before && (!now || masked)) settings.set(spec.key, *before);
    }
}

void check_fixed(store::Session& db, const std::string& id, const config::IntegrationDef& def) {
    auto rows = db.query("SELECT provider, mode FROM integration_facts WHERE id = $1 AND first_payment_at IS NOT NULL", id);
    if (!rows.next()) return;
    if (rows.view(0) != def.provider || rows.view(1) != config::to_text(def.mode))
        payments::refuse(409, "integration_fixed", "Provider and mode of " + id + " stay as they are: it has payments.");
}

Problem problem_of_diagnostics(const config::Diagnostics& diagnostics) {
    Problem p = problem(422, "integration_invalid", "The integration cannot be saved like this.");
    for (const config::Diagnostic& d : diagnostics.list()) {
        if (d.severity != config::Diagnostic::Severity::error) continue;
        p.errors.push_back({d.pointer, d.code == "unknown_key" ? "unknown_field" : d.code, d.message + (d.suggestion.empty() ? "" : " (did you mean \"" + d.suggestion + "\"?)")});
    }
    if (p.errors.size() == 1) p.detail = p.errors[0].detail;
    return p;
}

}  // namespace

std::optional<json::Value> IntegrationStore::stored(const std::string& id) {
    return store_.read([&](store::Session& db) -> std::optional<json::Value> {
        auto rows = db.query("SELECT definition FROM integrations WHERE id = $1 AND deleted_at IS NULL", id);
        if (!rows.next()) return std::nullopt;
        auto value = json::read(rows.view(0));
        return value ? std::optional(*value) : std::nullopt;
    });
}

Result<void> IntegrationStore::save(const std::string& id, json::Value definition, const plugins::PluginRegistry& registry, const std::string& actor) {
    config::Manifests manifests;
    for (const auto& [name, plugin] : registry.plugins()) manifests.emplace(name, plugin->manifest());
    const auto manifest = manifests.find(definition.text("provider"));
    const auto old = stored(id);
    const std::vector<std::string> secrets = manifest == manifests.end() ? std::vector<std::string>() : given_secrets(definition, manifest->second);
    if (old && manifest != manifests.end()) keep_secrets(definition, *old, manifest->second);
    config::Diagnostics diagnostics;
    auto def = config::read_integration(config::node_of_json(definition), manifests, {&keyring_, false, false}, diagnostics, id);
    if (!def || diagnostics.failed()) return failure(problem_of_diagnostics(diagnostics));
    const std::string text = json::write(config::integration_json(*def, config::Secrets::sealed, &keyring_, &random_));
    try {
        store_.committer().run([&](store::Tx& tx) {
            check_fixed(tx.db, id, *def);
            auto rows = tx.db.query("INSERT INTO integrations (id, version, definition, created_at, updated_at) VALUES ($1, 1, $2, $3, $3)"
                                    " ON CONFLICT (id) DO UPDATE SET version = integrations.version + 1, definition = excluded.definition, updated_at = excluded.updated_at, deleted_at = NULL RETURNING version",
                                    id, text, tx.now_ms);
            rows.next();
            const int64_t version = rows.integer(0);
            while (rows.next()) {}
            tx.db.run("INSERT INTO integration_versions (id, version, definition, actor, at) VALUES ($1, $2, $3, $4, $5)", id, version, text, actor, tx.now_ms);
            const json::Value saved = json::read(text).value_or(json::Value::object());
            audit_integration(tx, actor, "save", id, json::Value::object({{"version", version}, {"changes", changes(old ? *old : json::Value::object(), saved, secrets)}}));
        });
    } catch (...) {
        return failure(payments::problem_of(std::current_exception()));
    }
    return {};
}

void IntegrationStore::remove(store::Tx& tx, const std::string& id, const std::string& actor) {
    tx.db.run("UPDATE integrations SET deleted_at = $2 WHERE id = $1", id, tx.now_ms);
    audit_integration(tx, actor, "delete", id);
}

void IntegrationStore::set_enabled(store::Tx& tx, const payments::Integration& integration, bool enabled, const std::string& actor) {
    ensure_row(tx, integration);
    tx.db.run("UPDATE integration_facts SET enabled = $2 WHERE id = $1", integration.id(), enabled);
    audit_integration(tx, actor, enabled ? "enable" : "disable", integration.id());
}

void IntegrationStore::rotate_hook(store::Tx& tx, const payments::Integration& integration, const std::string& actor) {
    ensure_row(tx, integration);
    tx.db.run("UPDATE integration_facts SET hook_n = hook_n + 1, hook_overlap_until = $2 WHERE id = $1", integration.id(), tx.now_ms + kHookOverlapMs);
    audit_integration(tx, actor, "rotate_hook", integration.id());
}

void IntegrationStore::learn(store::Tx& tx, const config::Keyring& keyring, Random& random, const payments::Integration& integration,
                             const std::string& account, const json::Value* settings) {
    ensure_row(tx, integration);
    if (!account.empty()) {
        auto rows = tx.db.query("SELECT account FROM integration_facts WHERE id = $1 AND first_payment_at IS NOT NULL", integration.id());
        if (rows.next() && !rows.is_null(0) && rows.view(0) != account)
            payments::refuse(409, "integration_fixed", "These keys belong to another account than the one this integration has payments with.");
        tx.db.run("UPDATE integration_facts SET account = $2 WHERE id = $1", integration.id(), account);
    }
    if (!settings || !settings->is_object()) return;
    json::Value kept = json::Value::object();
    auto rows = tx.db.query("SELECT settings FROM integration_facts WHERE id = $1", integration.id());
    if (rows.next())
        if (auto value = json::read(rows.view(0))) kept = std::move(*value);
    for (const auto& [key, value] : settings->members()) {
        const config::SettingSpec* spec = integration.manifest().setting(key);
        if (spec && spec->settable && value.string()) kept.set(key, keyring.seal(integration.id(), key, *value.string(), random));
    }
    tx.db.run("UPDATE integration_facts SET settings = $2 WHERE id = $1", integration.id(), json::write(kept));
}

}  // namespace turnpike::app
