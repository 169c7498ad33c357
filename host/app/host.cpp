#include "host/app/host.hpp"

#include <sys/prctl.h>
#include <sys/resource.h>

#include <algorithm>

#include "host/app/log.hpp"
#include "host/app/open_store.hpp"
#include "host/app/standby.hpp"
#include "host/base/encoding.hpp"
#include "host/events/outbox.hpp"
#include "host/identity/lockout.hpp"
#include "host/json/write.hpp"
#include "host/ledger/seal.hpp"
#include "host/scripting/sources.hpp"

namespace turnpike::app {
namespace {

constexpr int64_t kTickMs = 250;
constexpr int64_t kSealMs = 200;
constexpr int64_t kLastUseMs = 5000;
constexpr int64_t kHeadLogMs = 3600 * 1000;
constexpr int64_t kDrainMs = 15000;
constexpr int64_t kPurgePeopleMs = 3600 * 1000;
/// Scripts have threads of their own: whatever they do, requests are answered.
constexpr int kIsolatedThreads = 8;
constexpr int64_t kOutgoingMs = 500;
constexpr int64_t kRecoveryMs = 1000;
constexpr int64_t kPurgeOutgoingMs = 3600 * 1000;

/// A core file would hold every secret.
void forbid_core_files() {
    ::prctl(PR_SET_DUMPABLE, 0);
    const rlimit none{0, 0};
    ::setrlimit(RLIMIT_CORE, &none);
}

int worker_count(const config::Server& server) {
    if (server.workers > 0) return server.workers;
    return std::clamp(static_cast<int>(std::thread::hardware_concurrency()), 2, 16);
}

}  // namespace

Host::Host(Setup setup) : setup_(std::move(setup)), ids_(clock_, random_), settler_(ids_) {}

Host::~Host() {
    passwords_.reset();
    client_.reset();
    if (mailer_) mailer_->stop();
    if (isolated_workers_) isolated_workers_->stop();
    if (workers_) workers_->stop();
    if (store_) store_->close();
}

void Host::start() {
    forbid_core_files();
    store_ = open_or_stand_by(setup_.config, clock_);
    make_services();
    make_routes();
    listen();
    say_load_failures();
    if (auto built = rebuild(); !built) throw Stop{kUsage, built.error().detail + "\n"};
    look_for_recovery();
    schedule(kRecoveryMs, [this] { look_for_recovery(); });
    schedule(kTickMs, [this] { background_->tick(); });
    schedule(kTickMs, [this] { challenges_->tick(); });
    schedule(kPurgePeopleMs, [this] { purge_people(); });
    schedule(kHeadLogMs, [this] {
        const ledger::Head head = store_->read_durable([](store::Session& db) { return ledger::head(db); });
        log("info", "ledger_head", json::Value::object({{"head", head.text()}, {"journal_to", head.journal_to}}));
    });
    schedule(kLastUseMs, [this] {
        tokens_->flush_last_use();
        sessions_->flush();
    });
    schedule(kSealMs, [this] { background_->seal(); });
    schedule(kOutgoingMs, [this] { sender_->tick(); });
    schedule(kPurgeOutgoingMs, [this] { sender_->purge(); });
    ready_ = true;
}

void Host::make_services() {
    kept_ = std::make_unique<StoredKeptValues>(*store_, *setup_.keyring, random_);
    tokens_ = std::make_unique<Tokens>(*store_);
    tokens_->set_file_tokens(setup_.config.api_tokens);
    tokens_->reload();
    if (!development_token_.empty()) tokens_->add_development_token(development_token_);
    workers_ = std::make_unique<Workers>(worker_count(setup_.config.server));
    isolated_workers_ = std::make_unique<Workers>(kIsolatedThreads);
    client_ = std::make_unique<exchange::HttpClient>();
    exchange_ = std::make_unique<exchange::Exchange>(exchange::Exchange::Options{
        clock_, setup_.keyring->derive("operation seeds"), [this](std::function<void()> task) { workers_->post(std::move(task)); }, *kept_, *client_, client_->loop(),
        [](const std::string& integration, const std::string& op, uint32_t duration_us) {
            log("warning", "plugin_slow", json::Value::object({{"integration", integration}, {"op", op}, {"duration_us", static_cast<int64_t>(duration_us)}}));
        },
        [this](std::function<void()> task) { isolated_workers_->post(std::move(task)); },
        [this](const exchange::ServiceCall& call, std::function<void(std::optional<std::string>)> then) { script_services_->call(call, std::move(then)); },
        [this](const std::string& integration, const std::string& host, bool answers) { note_health(integration, host, answers); }});
    service_ = std::make_unique<payments::PaymentService>(payments::ServiceDeps{*store_, ids_, settler_, *exchange_, integrations_, *setup_.keyring, [this] { return public_url_; }, [this] { return velocity(); }});
    inbox_ = std::make_unique<payments::Inbox>(*service_, clock_);
    sessions_ = std::make_unique<identity::Sessions>(*store_, *setup_.keyring, random_);
    challenges_ = std::make_unique<twofactor::Challenges>(service_->deps(), random_);
    mailer_ = std::make_unique<scripting::Mailer>(setup_.config.smtp_url, setup_.config.smtp_from);
    script_services_ = std::make_unique<scripting::Services>(service_->deps(), *mailer_);
    numbers_ = std::make_unique<scripting::Numbers>(service_->deps());
    accounting_ = std::make_unique<accounting::Accounting>(service_->deps());
    passwords_ = std::make_unique<identity::PasswordThread>();
    people_ = std::make_unique<People>(People{*sessions_, *passwords_, *challenges_, [this](const std::string& site) { return second_factor_of(site); },
                                              [this] { return production(); }, [this] { return public_url_; }});
    sender_ = std::make_unique<outgoing::Sender>(outgoing::Sender::Options{*store_, *setup_.keyring, random_, *client_, client_->loop(), [this](std::function<void()> task) { workers_->post(std::move(task)); }, [this] { return private_networks(); },
                                                                           [this](store::Tx& tx, const outgoing::Endpoint& endpoint) { endpoint_disabled(tx, endpoint); }});
    background_ = std::make_unique<payments::Background>(*service_, *inbox_, setup_.config.retention);
}

void Host::make_routes() {
    const ApiDeps deps{router_, *service_, *inbox_, *tokens_, random_,
                       {[this] { return reload(); }, [this] { return rebuild(); }, [this]() -> const plugins::PluginRegistry& { return setup_.registry; },
                        [this] { return ready_ && !draining_; }, [this]() -> bool { return recovering_; }, [this] { return metrics(); }, [this] { return brand(); }, [this](const std::string& id) { return health_.of(id); }, [this] { return private_networks(); }},
                       *people_, *accounting_, *numbers_};
    for (auto* add : {add_customer_routes, add_erase_routes, add_entry_routes, add_payment_routes, add_payment_list_routes, add_payment_log_routes, add_browser_routes, add_hook_routes, add_integration_routes, add_admin_routes, add_public_routes,
                      add_session_routes, add_user_routes, add_twofactor_routes, add_portal_routes, add_accounting_routes, add_connect_routes, add_script_routes, add_number_routes, add_statistics_routes, add_outgoing_routes, add_web_routes})
        add(deps);
}

void Host::listen() {
    const auto [address, port] = split_listen(setup_.config.server.listen);
    http::GateOptions options;
    options.address = address;
    options.port = port;
    options.trusted_proxies = setup_.config.server.trusted_proxies;
    gate_ = std::make_unique<http::Gate>(options, router_, *workers_, [this] { return ids_.make("req_"); }, [](const http::AccessLine& line) {
        if (line.status < 500) return;
        log("error", "request_failed", json::Value::object({{"method", line.method}, {"route", line.route}, {"request_id", line.request_id}, {"status", line.status}}));
    });
    if (auto started = gate_->start(); !started) throw Stop{kEnvironment, started.error().detail + "\n"};
    public_url_ = setup_.config.server.public_url;
    const bool own_port = public_url_.empty() || port == 0 || !setup_.options.listen.empty();
    if (own_port && setup_.config.server.development()) public_url_ = "http://" + address + ":" + std::to_string(gate_->port());
    if (!public_url_.empty() && public_url_.back() == '/') public_url_.pop_back();
}

BuildContext Host::build_context() {
    std::optional<std::string> sandbox = setup_.config.server.development() ? setup_.config.sandbox_url : std::nullopt;
    if (sandbox && !sandbox->empty() && sandbox->back() == '/') sandbox->pop_back();
    std::vector<std::string> faults;
    json::Value scripts = store_->read([&](store::Session& db) { return scripting::all_sources(db, std::filesystem::path(setup_.config.file).parent_path() / "scripts", faults); });
    for (const std::string& fault : faults) log("warning", "script_ignored", json::Value::object({{"reason", fault}}));
    return {*store_, setup_.registry, launcher_, setup_.manifests, *setup_.keyring, public_url_, std::move(sandbox), std::move(scripts)};
}

/// A provider whose code keeps dying is out of use in all its integrations.
void Host::quarantine(const std::string& provider, const std::string& reason) {
    log("error", "plugin_quarantined", json::Value::object({{"plugin", provider}, {"reason", reason}}));
    const auto all = integrations_.all();
    for (const auto& [id, integration] : *all) {
        if (integration->source.def.provider != provider || !integration->instance) continue;
        integrations_.quarantine(id, reason);
        store_->committer().submit([this, id = id, mode = integration->source.mode(), reason](store::Tx& tx) {
            events::emit(tx, ids_, "plugin.quarantined", mode, json::Value::object({{"integration", id}, {"reason", reason}}));
        }, nullptr);
    }
}

Result<void> Host::rebuild() {
    std::lock_guard lock(rebuild_mutex_);
    launcher_.forget_crashes();
    auto built = build_integrations(setup_.config, build_context());
    if (!built) return Failure(built.error());
    for (const auto& [id, integration] : *built)
        if (!integration->instance) log("warning", "integration_unavailable", json::Value::object({{"integration", id}, {"reason", integration->unavailable}}));
    integrations_.replace(std::move(*built));
    return {};
}

Result<void> Host::reload() {
    auto fresh = reread_config(setup_);
    if (!fresh) {
        log("error", "reload_refused", json::Value::object({{"errors", static_cast<int64_t>(fresh.error().errors.size())}, {"first", fresh.error().errors.empty() ? "" : fresh.error().errors[0].detail}}));
        return Failure(fresh.error());
    }
    config::Config before;
    {
        std::lock_guard lock(rebuild_mutex_);
        before = std::exchange(setup_.config, std::move(*fresh));
    }
    if (auto built = rebuild(); !built) {
        std::lock_guard lock(rebuild_mutex_);
        setup_.config = std::move(before);
        return built;
    }
    tokens_->set_file_tokens(setup_.config.api_tokens);
    if (!development_token_.empty()) tokens_->add_development_token(development_token_);
    log("info", "reloaded");
    return {};
}

void Host::schedule(int64_t every_ms, std::function<void()> what) {
    schedule_on(client_->loop(), every_ms, std::move(what));
}

/// The loop is handed on: its own thread must not read client_, which the destructor takes away while that thread still runs.
void Host::schedule_on(exchange::Loop& loop, int64_t every_ms, std::function<void()> what) {
    loop.after(every_ms, [this, &loop, every_ms, what] {
        if (draining_) return;
        workers_->post(what);
        schedule_on(loop, every_ms, what);
    });
}

void Host::drain() {
    draining_ = true;
    gate_->drain(kDrainMs);
    const int64_t until = steady_ms() + kDrainMs;
    while (exchange_->running() > 0 && steady_ms() < until) std::this_thread::sleep_for(std::chrono::milliseconds(20));
}

std::string Host::second_factor_of(const std::string& site) const {
    std::lock_guard lock(rebuild_mutex_);
    for (const json::Value& one : setup_.config.sites.items())
        if (one.text("id") == site) return one.text("second_factor");
    return {};
}

json::Value Host::brand() const {
    std::lock_guard lock(rebuild_mutex_);
    return setup_.config.portal;
}

config::Velocity Host::velocity() const {
    std::lock_guard lock(rebuild_mutex_);
    return setup_.config.velocity;
}

std::shared_ptr<const AddressRanges> Host::private_networks() const {
    std::lock_guard lock(rebuild_mutex_);
    return std::make_shared<const AddressRanges>(setup_.config.events_allow_private);
}

/// The other endpoints hear of it, and so does whoever reads the log.
void Host::endpoint_disabled(store::Tx& tx, const outgoing::Endpoint& endpoint) {
    log("error", "webhook_endpoint_disabled", json::Value::object({{"endpoint", endpoint.id}, {"reason", endpoint.disabled_reason}}));
    events::emit(tx, ids_, "webhook_endpoint.disabled", endpoint.mode, outgoing::endpoint_json(tx.db, endpoint));
}

bool Host::production() const {
    std::lock_guard lock(rebuild_mutex_);
    return !setup_.config.server.development();
}

void Host::note_health(const std::string& integration, const std::string& host, bool answers) {
    log(answers ? "info" : "warning", answers ? "integration_answers" : "integration_unhealthy", json::Value::object({{"integration", integration}, {"host", host}}));
    if (answers) return health_.answers(integration, host);
    const int64_t now = clock_.now_ms();
    health_.failing(integration, host, now);
    const auto known = integrations_.find(integration);
    if (!known) return;
    store_->committer().submit([this, integration, host, mode = known->source.mode(), now](store::Tx& tx) {
        events::emit(tx, ids_, "integration.unhealthy", mode, json::Value::object({{"integration", integration}, {"host", host}, {"since", rfc3339(now).text}}));
    }, nullptr);
}

void Host::look_for_recovery() {
    const bool now = store_->read([](store::Session& db) { return is_recovering(db); });
    if (recovering_.exchange(now) != now) log("warning", now ? "recovering" : "resumed");
}

void Host::purge_people() {
    store_->committer().submit([](store::Tx& tx) {
        identity::purge_sessions(tx);
        identity::purge_wrong(tx);
        twofactor::purge_challenges(tx);
        scripting::purge_kv(tx);
        tx.db.run("DELETE FROM connects WHERE expires_at < $1", tx.now_ms - 86'400'000);
        tx.db.run("DELETE FROM portal_links WHERE expires_at < $1", tx.now_ms - 86'400'000);
    }, nullptr);
}

void Host::say_load_failures() const {
    for (const auto& failure : setup_.registry.failures())
        log("error", "plugin_refused", json::Value::object({{"plugin", failure.id}, {"file", failure.file}, {"reason", failure.reason}}));
}

}  // namespace turnpike::app
