#include "host/base/address_ranges.hpp"
#include "host/config/read_config.hpp"

#include <fstream>
#include <regex>
#include <sstream>

#include "host/config/map_reader.hpp"
#include "host/money/amount.hpp"

namespace turnpike::config {
namespace {

namespace fs = std::filesystem;

bool loopback(const std::string& listen) { return listen.rfind("127.", 0) == 0 || listen.rfind("localhost:", 0) == 0 || listen.rfind("[::1]:", 0) == 0; }

class TopReader {
  public:
    TopReader(const Node& root, fs::path base, fs::path data, const Environment& environment, ReadResult& result)
        : root_(root), reader_(root, result.diagnostics, "the configuration"), base_(std::move(base)), data_(std::move(data)),
          environment_(environment), d_(result.diagnostics), out_(result.config) {}

    /// The expanded integrations node, or nullptr.
    Node* read(Node& root) {
        read_secrets();
        const References references(environment_, base_, paths(out_.secret_directories));
        for (auto& member : root.members) references.expand_all(member.second, d_);
        read_server();
        read_store();
        read_rest();
        reader_.take("integrations");
        reader_.finish();
        check_environment();
        for (auto& member : root.members)
            if (member.first.text == "integrations") return &member.second;
        return nullptr;
    }

  private:
    fs::path absolute(const std::string& text) const { return fs::path(text).is_absolute() ? fs::path(text) : (base_ / text).lexically_normal(); }
    std::vector<fs::path> paths(const std::vector<std::string>& list) const {
        std::vector<fs::path> out;
        out.reserve(list.size());
        for (const std::string& item : list) out.push_back(absolute(item));
        return out;
    }
    static const Node& part(const Node* node) {
        static const Node kNone;
        return node ? *node : kNone;
    }

    void read_secrets() {
        MapReader secrets(part(reader_.take("secrets")), d_, "secrets");
        const auto key = secrets.text("key_file");
        out_.key_file = (key ? absolute(*key) : data_ / "master.key").string();
        for (const std::string& text : secrets.texts("directories").value_or(std::vector<std::string>{"secrets"})) out_.secret_directories.push_back(absolute(text).string());
        secrets.finish();
    }
    void read_server() {
        MapReader server(part(reader_.take("server")), d_, "server");
        Server& s = out_.server;
        s.listen = server.text("listen").value_or(s.listen);
        s.public_url = server.text("public_url").value_or("");
        s.environment = server.word("environment", {"development", "production"}).value_or("production");
        if (const Node* workers = server.take("workers"); workers && workers->text != "auto") s.workers = static_cast<int>(server.integer("workers", 1, 256).value_or(0));
        s.trusted_proxies = server.texts("trusted_proxies").value_or(std::vector<std::string>{});
        check_ranges(server.node().find("trusted_proxies"), s.trusted_proxies, "server.trusted_proxies");
        s.admin_listen = server.text("admin_listen").value_or("");
        const size_t colon = s.listen.rfind(':');
        const std::string port = colon == std::string::npos ? "" : s.listen.substr(colon + 1);
        const bool digits = !port.empty() && port.size() <= 5 && port.find_first_not_of("0123456789") == std::string::npos;
        if (!digits || std::stoi(port) > 65535) d_.error(part(server.node().find("listen")), "listen_invalid", "listen must be ADDRESS:PORT");
        server.finish();
    }
    void read_store() {
        const auto store = reader_.text("store");
        out_.store_url = store.value_or("sqlite:" + (data_ / "turnpike.db").string());
        if (out_.store_url.rfind("sqlite:", 0) == 0) out_.store_url = "sqlite:" + absolute(out_.store_url.substr(7)).string();
        else if (out_.store_url.rfind("postgresql://", 0) != 0) d_.error(part(root_.find("store")), "store_invalid", "store must be sqlite:PATH or postgresql://...");
        MapReader plugins(part(reader_.take("plugins")), d_, "plugins");
        for (const std::string& text : plugins.texts("directories").value_or(std::vector<std::string>{})) out_.plugin_directories.push_back(absolute(text).string());
        out_.require_signature = plugins.boolean("require_signature").value_or(false);
        out_.trusted_keys = plugins.texts("trusted_keys").value_or(std::vector<std::string>{});
        plugins.finish();
    }
    void read_rest() {
        if (const Node* node = reader_.take("sandbox")) {
            MapReader sandbox(*node, d_, "sandbox");
            out_.sandbox_url = sandbox.text("url");
            sandbox.finish();
        }
        if (const Node* list = reader_.take("api_tokens"))
            for (const Node& item : list->items) read_token(item);
        MapReader smtp(part(reader_.take("smtp")), d_, "smtp");
        out_.smtp_url = smtp.text("url");
        out_.smtp_from = smtp.text("from").value_or("");
        smtp.finish();
        read_retention();
        read_velocity();
        MapReader events(part(reader_.take("events")), d_, "events");
        out_.events_allow_private = events.texts("allow_private").value_or(std::vector<std::string>{});
        check_ranges(events.node().find("allow_private"), out_.events_allow_private, "events.allow_private");
        events.finish();
        read_portal();
        if (const Node* sites = reader_.take("sites"))
            for (const Node& item : sites->items) read_site(item);
    }
    /// How the portal looks: a name, a colour, and where its customers get help.
    void read_portal() {
        MapReader portal(part(reader_.take("portal")), d_, "portal");
        const auto name = portal.text("name"), accent = portal.text("accent"), support = portal.text("support_url");
        if (name && name->size() > 60) d_.error(part(portal.node().find("name")), "too_long", "the portal's name has at most 60 bytes");
        if (accent && !std::regex_match(*accent, std::regex("#[0-9a-fA-F]{6}"))) d_.error(part(portal.node().find("accent")), "not_allowed", "accent is a colour such as \"#1f5fd0\"");
        if (support && !std::regex_match(*support, std::regex("(https://|mailto:)[^\\s\"<>]+"))) d_.error(part(portal.node().find("support_url")), "wrong_type", "support_url is an https or mailto address");
        out_.portal.set_if("name", name).set_if("accent", accent);
        out_.portal.set_if("support_url", support);
        portal.finish();
    }
    void read_token(const Node& item) {
        MapReader token(item, d_, "an API token");
        ApiToken out;
        out.name = token.text("name").value_or("");
        out.token = token.text("token").value_or("");
        out.scopes = token.texts("scopes").value_or(std::vector<std::string>{});
        for (const std::string& mode : token.texts("modes").value_or(std::vector<std::string>{"test"})) {
            if (mode != "test" && mode != "live") d_.error(item, "not_allowed", "modes of a token are test and live");
            else out.modes.push_back(mode == "live" ? Mode::live : Mode::test);
        }
        if (out.name.empty()) d_.error(item, "missing", "an API token lacks name");
        if (out.token.size() < 16) d_.error(item, "token_short", "the API token " + out.name + " has fewer than 16 characters");
        if (out.scopes.empty()) d_.error(item, "missing", "the API token " + out.name + " lacks scopes");
        token.finish();
        out_.api_tokens.push_back(std::move(out));
    }
    void check_ranges(const Node* at, const std::vector<std::string>& texts, const char* what) {
        for (const std::string& text : texts)
            if (!AddressRanges::is_range(text)) d_.error(*at, "range_invalid", std::string(what) + ": \"" + text + "\" is no address or network such as 10.0.0.0/8");
    }
    void read_retention() {
        MapReader r(part(reader_.take("retention")), d_, "retention");
        auto days = [&](const char* key, int fallback) { return static_cast<int>(r.integer(key, 1, 36500).value_or(fallback)); };
        out_.retention = {days("transcripts_days", 90), days("webhook_bodies_days", 400), days("refused_days", 30), days("audit_days", 3650)};
        r.finish();
    }
    void read_velocity() {
        constexpr int kProductionFailures = 20, kProductionNetworkFailures = 60;
        MapReader r(part(reader_.take("velocity")), d_, "velocity");
        auto limit = [&](const char* key, int production) { return static_cast<int>(r.integer(key, 0, 10000).value_or(out_.server.development() ? 0 : production)); };
        out_.velocity.failures_per_hour = limit("failures_per_hour", kProductionFailures);
        out_.velocity.network_failures_per_hour = limit("network_failures_per_hour", kProductionNetworkFailures);
        const Node* amounts = r.take("amount_per_day");
        for (const auto& [code, value] : amounts ? amounts->members : decltype(amounts->members){}) {
            const auto currency = money::Currency::of(code.text);
            const auto amount = currency && value.kind == Node::Kind::scalar ? money::parse_amount(value.text, *currency) : Result<money::Amount>(failure(422, "", ""));
            if (!currency) d_.error(code, "unknown_currency", "\"" + code.text + "\" is no ISO 4217 currency");
            else if (!amount || amount->minor <= 0) d_.error(value, "amount_invalid", "amount_per_day must be a decimal amount of " + code.text);
            else out_.velocity.amount_per_day[code.text] = amount->minor;
        }
        r.finish();
    }
    void read_site(const Node& item) {
        MapReader site(item, d_, "a site");
        const auto id = site.text("id");
        if (id && *id != "panel" && *id != "portal") d_.error(item, "not_allowed", "sites are panel and portal");
        json::Value out = json::Value::object({{"id", id.value_or("")}});
        out.set_if("second_factor", site.text("second_factor"));
        site.finish();
        if (!out_.sites.is_array()) out_.sites = json::Value::array();
        out_.sites.push(std::move(out));
    }
    void check_environment() {
        const Server& s = out_.server;
        if (s.development()) return;
        if (out_.sandbox_url) d_.error(part(root_.find("sandbox")), "development_only", "sandbox is for environment: development");
        const Node& server = part(root_.find("server"));
        if (!s.trusted_proxies.empty()) return;
        if (!loopback(s.listen)) d_.error(server, "proxy_missing", "listening beyond loopback in production needs trusted_proxies: TLS ends at a proxy");
        if (s.public_url.rfind("http://", 0) == 0) d_.error(server, "proxy_missing", "an http public_url in production needs trusted_proxies: TLS ends at a proxy");
    }

    const Node& root_;
    MapReader reader_;
    fs::path base_, data_;
    const Environment& environment_;
    Diagnostics& d_;
    Config& out_;
};

Node load_file(const fs::path& file, Diagnostics& diagnostics) {
    std::ifstream in(file, std::ios::binary);
    if (!in) {
        Node at;
        at.place.file = file.string();
        diagnostics.error(at, "config_missing", "the file cannot be read");
        return at;
    }
    std::ostringstream text;
    text << in.rdbuf();
    return node_of_yaml(text.str(), file.string(), diagnostics);
}

Node* read_head(Node& root, const fs::path& file, const fs::path& data, const Environment& environment, ReadResult& result) {
    result.config.file = file.string();
    const fs::path base = fs::absolute(file).parent_path();
    const fs::path absolute_data = fs::absolute(data);
    return TopReader(root, base, absolute_data, environment, result).read(root);
}

/// A site's second factor, where the file itself says what it is.  One saved by the API is looked at when somebody signs in.
void check_sites(const Node& root, const Manifests& manifests, ReadResult& result) {
    const Node* sites = root.find("sites");
    for (const Node& site : sites ? sites->items : std::vector<Node>{}) {
        const Node* factor = site.find("second_factor");
        if (!factor) continue;
        for (const IntegrationDef& def : result.config.integrations) {
            if (def.id != factor->text) continue;
            const auto manifest = manifests.find(def.provider);
            if (manifest != manifests.end() && manifest->second.category != Category::second_factor)
                result.diagnostics.error(*factor, "not_a_second_factor", "the integration " + def.id + " is no second factor");
            if (!result.config.server.development() && def.mode == Mode::test)
                result.diagnostics.error(*factor, "factor_not_live", "a test-mode factor never guards a production site");
        }
    }
}

}  // namespace

ReadResult read_top(const fs::path& file, const fs::path& data, const Environment& environment) {
    ReadResult result;
    Node root = load_file(file, result.diagnostics);
    read_head(root, file, data, environment, result);
    return result;
}

ReadResult read_config(const fs::path& file, const fs::path& data, const Environment& environment, const Manifests& manifests,
                       const Keyring* keyring) {
    ReadResult result;
    Node root = load_file(file, result.diagnostics);
    const Node* integrations = read_head(root, file, data, environment, result);
    if (!integrations) return result;
    const ReadContext context{keyring, result.config.server.development(), true};
    std::map<std::string, const Node*> seen;
    for (const Node& item : integrations->items) {
        auto def = read_integration(item, manifests, context, result.diagnostics);
        if (!def) continue;
        const auto [first, fresh] = seen.emplace(def->id, &item);
        if (!fresh)
            result.diagnostics.error(item, "duplicate_key", "integration " + def->id + " stands already in line " + std::to_string(first->second->place.line));
        result.config.integrations.push_back(std::move(*def));
    }
    check_sites(root, manifests, result);
    return result;
}

}  // namespace turnpike::config
