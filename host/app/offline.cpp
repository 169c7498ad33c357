#include <unistd.h>

#include <cstdio>
#include <fstream>
#include <iostream>
#include <iterator>

#include "host/app/commands.hpp"
#include "host/app/integration_builder.hpp"
#include "host/app/integration_store.hpp"
#include "host/app/open_store.hpp"
#include "host/base/workers.hpp"
#include "host/config/integration_json.hpp"
#include "host/exchange/http_client.hpp"
#include "host/json/read.hpp"
#include "host/json/write.hpp"
#include "host/ledger/verify.hpp"
#include "host/payments/prove.hpp"

namespace turnpike::app {
namespace {

/// A host that runs on this data knows its sandbox best: it may have been started with another address than the file's.
std::optional<std::string> sandbox_of(const config::Config& config, const CommandOptions& options) {
    if (!options.sandbox_url.empty()) return options.sandbox_url;
    std::ifstream file(options.data / "run.json");
    const std::string text{std::istreambuf_iterator<char>(file), {}};
    const auto run = json::read(text);
    const std::string url = run ? run->text("sandbox_url") : "";
    return url.empty() ? config.sandbox_url : url;
}

void print(const json::Value& value) { std::printf("%s\n", json::write(value).c_str()); }

}  // namespace

int check(const CommandOptions& options) {
    const config::ReadResult top = config::read_top(options.config, options.data, config::process_environment());
    // Without a key sealed values cannot be opened; everything else can still be checked.
    const bool has_key = !top.diagnostics.failed() && ::access(top.config.key_file.c_str(), R_OK) == 0;
    const Setup setup = read_setup(options, has_key ? NeedKey::yes : NeedKey::no, NeedCode::yes);
    for (const std::string& warning : setup.warnings) std::fprintf(stderr, "%s\n", warning.c_str());
    for (const auto& failure : setup.registry.failures()) std::fprintf(stderr, "%s: warning: %s\n", failure.file.c_str(), failure.reason.c_str());
    std::printf("%s: %zu integrations, fine\n", options.config.c_str(), setup.config.integrations.size());
    return kFine;
}

int list_providers(const CommandOptions& options, bool as_json) {
    const Setup setup = read_setup(options, NeedKey::no, NeedCode::no);
    const json::Value list = plugins::providers_json(setup.manifests);
    if (as_json) return print(list), kFine;
    for (const json::Value& p : list.find("providers")->items())
        std::printf("%-16s %-24s %-8s %s\n", p.text("id").c_str(), p.text("name").c_str(), p.text("version").c_str(), p.text("category").c_str());
    return kFine;
}

int verify_ledger(const CommandOptions& options, const std::string& head) {
    const Setup setup = read_setup(options, NeedKey::no, NeedCode::no);
    SystemClock clock;
    const auto store = open_reader(setup.config, clock);
    const ledger::Report report = store->read([&](store::Session& db) { return ledger::verify(db, head.empty() ? std::nullopt : std::optional(head)); });
    json::Value findings = json::Value::array();
    for (const auto& f : report.findings) findings.push(json::Value::object({{"what", f.what}, {"n", f.n}, {"detail", f.detail}}));
    print(json::Value::object({{"rows", report.rows}, {"entries", report.entries}, {"seals", report.seals}, {"head", report.head}, {"findings", std::move(findings)}}));
    return report.findings.empty() ? kFine : kFindings;
}

int prove(const CommandOptions& options, const ProveOptions& asked) {
    Setup setup = read_setup(options, NeedKey::yes, NeedCode::yes);
    SystemClock clock;
    const auto store = open_reader(setup.config, clock);
    const std::optional<std::string> sandbox = setup.config.server.development() ? sandbox_of(setup.config, options) : std::nullopt;
    worker::Launcher launcher(worker::worker_program(), [](const std::string&, const std::string&) {});
    auto built = build_integrations(setup.config, {*store, setup.registry, launcher, setup.manifests, *setup.keyring, setup.config.server.public_url, sandbox});
    if (!built) throw Stop{kUsage, built.error().detail};
    payments::Integrations integrations;
    integrations.replace(std::move(*built));
    exchange::MemoryKeptValues kept;
    exchange::HttpClient client;
    Workers workers(2);
    exchange::Exchange exchange({clock, setup.keyring->derive("operation seeds"), [&](std::function<void()> task) { workers.post(std::move(task)); }, kept, client, client.loop()});
    const int64_t now = clock.now_ms();
    const json::Value result = payments::prove(*store, exchange, integrations, {now - int64_t{asked.days} * 86400 * 1000, now + 60000});
    workers.stop();
    print(result);
    if (!payments::proves_equal(result)) return kFindings;
    const std::vector<std::string> unread = payments::unread_lists(result);
    for (const std::string& line : unread) std::fprintf(stderr, "not compared: %s\n", line.c_str());
    return unread.empty() ? kFine : kEnvironment;
}

int export_integrations(const CommandOptions& options) {
    const Setup setup = read_setup(options, NeedKey::no, NeedCode::no);
    SystemClock clock;
    const auto store = open_reader(setup.config, clock);
    std::vector<json::Value> list;
    store->read([&](store::Session& db) {
        auto rows = db.query("SELECT definition FROM integrations WHERE deleted_at IS NULL ORDER BY id");
        while (rows.next())
            if (auto value = json::read(rows.view(0))) list.push_back(std::move(*value));
        return 0;
    });
    std::fputs(config::integrations_yaml(list).c_str(), stdout);
    return kFine;
}

int import_integrations(const CommandOptions& options, const std::string& from) {
    Setup setup = read_setup(options, NeedKey::yes, NeedCode::yes);
    std::ifstream in(from);
    if (!in) throw Stop{kUsage, from + " cannot be read"};
    const std::string text{std::istreambuf_iterator<char>(in), {}};
    config::Diagnostics diagnostics;
    const config::Node root = config::node_of_yaml(text, from, diagnostics);
    const config::Node* list = root.find("integrations");
    if (!list) throw Stop{kUsage, from + ": error: there is no list of integrations"};
    std::vector<config::IntegrationDef> defs;
    for (const config::Node& node : list->items)
        if (auto def = config::read_integration(node, setup.manifests, {&*setup.keyring, false, false}, diagnostics)) defs.push_back(std::move(*def));
    for (const auto& d : diagnostics.list()) std::fprintf(stderr, "%s\n", d.text().c_str());
    if (diagnostics.failed()) return kUsage;
    SystemClock clock;
    SystemRandom random;
    const auto store = open_writer(setup.config, clock);
    IntegrationStore rows(*store, *setup.keyring, random);
    for (const auto& def : defs) {
        auto saved = rows.save(def.id, config::integration_json(def, config::Secrets::sealed, &*setup.keyring, &random), setup.registry, "import");
        if (!saved) throw Stop{kUsage, saved.error().detail};
    }
    std::printf("%zu integrations imported\n", defs.size());
    return kFine;
}

int init_secret(const CommandOptions& options) {
    prepare_data_directory(options.data);
    const config::ReadResult top = config::read_top(options.config, options.data, config::process_environment());
    SystemRandom random;
    if (auto made = config::Keyring::create_if_missing(top.config.key_file, random); !made) throw Stop{kEnvironment, made.error().detail};
    std::printf("%s\n", top.config.key_file.c_str());
    return kFine;
}

int seal_secret(const CommandOptions& options, const std::string& integration, const std::string& field) {
    const Setup setup = read_setup(options, NeedKey::yes, NeedCode::no);
    std::string plain{std::istreambuf_iterator<char>(std::cin), {}};
    if (!plain.empty() && plain.back() == '\n') plain.pop_back();
    SystemRandom random;
    std::printf("%s\n", setup.keyring->seal(integration, field, plain, random).c_str());
    return kFine;
}

}  // namespace turnpike::app
