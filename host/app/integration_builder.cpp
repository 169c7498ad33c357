#include "host/app/integration_builder.hpp"

#include <algorithm>

#include "host/base/crypto.hpp"
#include "host/base/encoding.hpp"
#include "host/base/random.hpp"
#include "host/config/egress.hpp"
#include "host/json/read.hpp"

namespace turnpike::app {
namespace {

using config::IntegrationDef;

/// Names the merchant account when nothing better is known: the same keys are the same account.
std::string key_hash(const IntegrationDef& def, const config::Manifest& manifest, const config::Keyring& keyring) {
    std::string keys;
    for (const config::SettingSpec& spec : manifest.settings) {
        const auto found = def.settings.find(spec.key);
        if (spec.required && spec.is_secret() && !spec.webhook_key && found != def.settings.end()) keys += spec.key + "=" + config::text_of(found->second) + "\n";
    }
    return "key:" + to_hex(hmac_sha256(keyring.derive("merchant account"), manifest.id_space + "\n" + keys)).substr(0, 24);
}

std::optional<std::vector<std::string>> receivers_of(const IntegrationDef& def, const config::Manifest& manifest) {
    if (!manifest.setting("receivers")) return std::nullopt;
    return config::setting_list(def, "receivers");
}

std::shared_ptr<const exchange::Route> route_of(const IntegrationDef& def, const config::Manifest& manifest, const BuildContext& context) {
    auto route = std::make_shared<exchange::Route>();
    route->integration = def.id;
    route->mode = def.mode;
    route->hosts = config::egress_hosts(def, manifest);
    if (context.sandbox_url && def.mode == config::Mode::test && def.sandbox) route->sandbox_url = context.sandbox_url;
    route->rate = manifest.rate;
    for (const auto& [key, setting] : def.settings) {
        if (setting.secret) route->secrets.push_back(config::text_of(setting));
        const config::SettingSpec* spec = manifest.setting(key);
        if (spec && spec->type == config::SettingType::pem) route->certs[key] = config::text_of(setting);
    }
    return route;
}

plugins::InstanceSetup setup_of(const IntegrationDef& def, const config::Manifest& manifest, const std::string& webhook_url) {
    plugins::InstanceSetup setup;
    setup.integration = def.id;
    setup.mode = std::string(config::to_text(def.mode));
    setup.currencies = def.currencies;
    setup.webhook_url = webhook_url;
    setup.settings = json::Value::object();
    for (const auto& [key, setting] : def.settings) {
        setup.texts[key] = config::text_of(setting);
        const config::SettingSpec* spec = manifest.setting(key);
        if (spec && !spec->webhook_key) setup.settings.set(key, setting.value);
    }
    return setup;
}

/// A key of the same shape that nobody signs with: the part up to the last '_' stays, for plugins that look at it.
std::string other_key(const std::string& key) {
    SystemRandom random;
    const size_t from = key.rfind('_') == std::string::npos ? 0 : key.rfind('_') + 1;
    return key.substr(0, from) + random_lower_alnum(random, std::max<size_t>(key.size() - from, 16));
}

plugins::InstancePtr decoy_of(const plugins::Plugin& plugin, plugins::InstanceSetup setup, worker::Launcher* launcher) {
    if (plugin.manifest().webhook.auth != "prove") return nullptr;
    for (const config::SettingSpec& spec : plugin.manifest().settings)
        if (spec.is_secret()) setup.texts[spec.key] = other_key(setup.texts[spec.key]);
    if (launcher) return launcher->create_later(plugin, setup);
    auto decoy = plugin.create(setup);
    return decoy ? *decoy : nullptr;
}

/// Where an integration's plugin runs (plugin-abi.md 16): what the operator says, else a worker for whatever did not come
/// with this host or asks for one.
bool in_worker(const IntegrationDef& def, const plugins::Plugin& plugin) {
    if (!def.isolation.empty()) return def.isolation == "worker";
    return !plugin.bundled() || plugin.manifest().isolation == "required";
}

Result<plugins::InstancePtr> instance_of(const IntegrationDef& def, const plugins::Plugin& plugin, const plugins::InstanceSetup& setup, worker::Launcher& launcher) {
    if (!def.pin_sha256.empty() && def.pin_sha256 != plugin.sha256())
        return failure(503, "plugin_refused", "plugin " + def.provider + " has the SHA-256 " + plugin.sha256() + ", the integration pins another: compare it with what its author published, then change sha256");
    if (in_worker(def, plugin)) return launcher.create(plugin, setup);
    if (plugin.bundled()) return plugin.create(setup);
    // What others built runs in a worker once before it may run here.
    const auto tried = launcher.create(plugin, setup);
    return tried ? plugin.create(setup) : Failure(tried.error());
}

/// Settings an operation wrote (a created webhook's secret) stand in for those the definition leaves open.
void add_learned_settings(IntegrationDef& def, const config::Manifest& manifest, const Facts& facts, const config::Keyring& keyring) {
    for (const auto& [key, value] : facts.settings.members()) {
        const config::SettingSpec* spec = manifest.setting(key);
        if (!spec || !spec->settable || def.settings.count(key)) continue;
        const auto text = value.string();
        const auto plain = text ? keyring.open(def.id, key, *text) : std::nullopt;
        if (plain) def.settings[key] = {json::Value(*plain), spec->is_secret(), {}};
    }
}

}  // namespace

Facts load_facts(store::Session& db, const std::string& id) {
    Facts out;
    out.settings = json::Value::object();
    auto rows = db.query("SELECT account, hook_n, hook_overlap_until, enabled, settings FROM integration_facts WHERE id = $1", id);
    if (!rows.next()) return out;
    out.account = rows.text(0);
    out.hook_n = rows.integer(1);
    out.hook_overlap_until = rows.integer(2);
    if (auto enabled = rows.maybe_integer(3)) out.enabled = *enabled != 0;
    if (auto settings = json::read(rows.view(4))) out.settings = std::move(*settings);
    return out;
}

payments::IntegrationPtr build_integration(IntegrationDef def, const BuildContext& context) {
    auto out = std::make_shared<payments::Integration>();
    const Facts facts = context.store.read([&](store::Session& db) { return load_facts(db, def.id); });
    const config::Manifest& manifest = context.manifests.at(def.provider);
    add_learned_settings(def, manifest, facts, context.keyring);
    out->enabled = facts.enabled.value_or(def.enabled);
    out->from_file = !def.place.file.empty();
    out->hook_secrets = {context.keyring.hook_secret(def.id, facts.hook_n)};
    if (facts.hook_overlap_until > context.store.clock().now_ms()) out->hook_secrets.push_back(context.keyring.hook_secret(def.id, facts.hook_n - 1));
    out->webhook_url = context.public_url + "/hooks/" + def.id + "/" + out->hook_secrets.front();
    out->route = route_of(def, manifest, context);
    out->source.sandbox_url = out->route->sandbox_url;
    out->source.account = manifest.ids_are_global ? manifest.id_space : facts.account;
    out->source.key_hash = key_hash(def, manifest, context.keyring);
    out->source.receivers = receivers_of(def, manifest);
    const json::Value* incoming = manifest.raw.find("incoming");
    out->source.incoming = incoming && incoming->boolean().value_or(false) ? payments::Incoming::yes : payments::Incoming::no;
    const auto plugin = context.registry.find(def.provider);
    out->source.manifest = plugin ? plugin->shared_manifest() : std::make_shared<const config::Manifest>(manifest);
    plugins::InstanceSetup setup = setup_of(def, manifest, out->webhook_url);
    if (manifest.category == config::Category::script) setup.scripts = context.scripts;
    out->source.def = std::move(def);
    if (plugin) {
        out->pages = plugin->pages();
        const IntegrationDef& declared = out->source.def;
        auto instance = instance_of(declared, *plugin, setup, context.launcher);
        if (instance) out->decoy = decoy_of(*plugin, setup, in_worker(declared, *plugin) ? &context.launcher : nullptr);
        if (instance) out->instance = std::move(*instance);
        else out->unavailable = instance.error().detail;
    } else {
        out->unavailable = "its provider cannot be loaded";
        for (const auto& failed : context.registry.failures())
            if (failed.id == out->source.def.provider) out->unavailable = failed.reason;
    }
    return out;
}

std::vector<IntegrationDef> stored_definitions(const BuildContext& context, std::vector<std::string>& faults) {
    std::vector<IntegrationDef> out;
    context.store.read([&](store::Session& db) {
        auto rows = db.query("SELECT id, definition FROM integrations WHERE deleted_at IS NULL ORDER BY id");
        while (rows.next()) {
            const auto value = json::read(rows.view(1));
            config::Diagnostics diagnostics;
            auto def = value ? config::read_integration(config::node_of_json(*value), context.manifests, {&context.keyring, false, false}, diagnostics, rows.text(0)) : std::nullopt;
            if (def && !diagnostics.failed()) out.push_back(std::move(*def));
            else faults.push_back("the stored integration " + rows.text(0) + " does not fit its provider any more");
        }
        return 0;
    });
    return out;
}

Result<payments::Integrations::Map> build_integrations(const config::Config& config, const BuildContext& context) {
    payments::Integrations::Map out;
    for (const IntegrationDef& def : config.integrations) out[def.id] = build_integration(def, context);
    std::vector<std::string> faults;
    for (IntegrationDef& def : stored_definitions(context, faults)) {
        const auto found = out.find(def.id);
        if (found != out.end() && found->second->from_file)
            return failure(422, "integration_twice", "integration " + def.id + " stands in " + config.file + " line " + std::to_string(found->second->source.def.place.line) + " and in the store: remove one");
        const std::string id = def.id;
        out[id] = build_integration(std::move(def), context);
    }
    return out;
}

}  // namespace turnpike::app
