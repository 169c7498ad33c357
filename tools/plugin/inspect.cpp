#include <cstdio>

#include "host/base/crypto.hpp"
#include "host/base/encoding.hpp"
#include "host/json/write.hpp"
#include "host/plugins/load.hpp"
#include "tools/plugin/commands.hpp"

namespace turnpike::kit {
namespace {

json::Value names(const std::vector<std::string>& list) {
    json::Value out = json::Value::array();
    for (const std::string& one : list) out.push(one);
    return out;
}

json::Value egress_of(const config::Manifest& m) {
    json::Value out = json::Value::object();
    for (const auto& [mode, hosts] : m.egress) out.set(mode, names(hosts));
    return out;
}

json::Value described(const std::filesystem::path& folder, const std::string& id, const config::Manifest& m) {
    std::vector<std::string> operations, settings, currencies;
    for (const auto& o : m.operations) operations.push_back(o.name + (o.moves_money ? " (moves money)" : ""));
    for (const auto& s : m.settings) settings.push_back(s.key + (s.is_secret() ? " (secret)" : "") + (s.required ? " (required)" : ""));
    for (const auto& c : m.currencies) currencies.push_back(c.code);
    std::error_code none;
    return json::Value::object({{"id", m.id}, {"name", m.name}, {"version", m.version}, {"category", m.raw.text("category")}, {"sha256", to_hex(sha256(read_text(folder / (id + ".so"))))},
                                {"signed", std::filesystem::exists(folder / (id + ".sig"), none)}, {"isolation", m.isolation}, {"webhook", m.webhook.auth}, {"operations", names(operations)},
                                {"settings", names(settings)}, {"egress", egress_of(m)}, {"browser_hosts", names(m.browser_hosts)}, {"currencies", names(currencies)}});
}

}  // namespace

int inspect(const std::filesystem::path& file, bool as_json) {
    const auto [folder, id] = folder_and_id(file);
    const auto manifest = config::read_manifest(read_text(folder / (id + ".provider.json")), id + ".provider.json");
    if (!manifest) throw Stop{kBroken, manifest.error().detail};
    // Nothing of the plugin runs here: its files are read, as the host reads them before it loads anything.
    const auto loaded = plugins::load_plugin(folder, id, {false, {}, "", false});
    json::Value out = described(folder, id, *manifest);
    out.set("refused", loaded ? json::Value() : json::Value(loaded.error().detail));
    if (as_json) {
        std::printf("%s\n", json::write(out).c_str());
    } else {
        for (const auto& [name, value] : out.members()) {
            const auto text = value.string();
            std::printf("%-14s %s\n", name.c_str(), text ? std::string(*text).c_str() : json::write(value).c_str());
        }
    }
    return loaded ? 0 : kBroken;
}

}  // namespace turnpike::kit
