#pragma once

#include <atomic>
#include <memory>

#include "host/app/api.hpp"
#include "host/app/integration_builder.hpp"
#include "host/app/setup.hpp"
#include "host/app/stored_kept_values.hpp"
#include "host/base/random.hpp"
#include "host/exchange/health.hpp"
#include "host/exchange/http_client.hpp"
#include "host/http/gate.hpp"
#include "host/outgoing/sender.hpp"
#include "host/payments/background.hpp"
#include "host/scripting/services.hpp"

namespace turnpike::app {

/// The running host: everything it is made of, in the order in which it stands on each other.
class Host {
  public:
    explicit Host(Setup setup);
    ~Host();

    /// Before start(): a token every scope is granted to.
    void add_development_token(std::string token) { development_token_ = std::move(token); }
    /// Opens the store, listens, makes the integrations ready.  Throws Stop.
    void start();
    std::string url() const { return public_url_; }
    /// Reads the configuration again; a bad one changes nothing.
    Result<void> reload();
    /// Answers what was asked, then ends.
    void drain();

  private:
    void make_services();
    void make_routes();
    void listen();
    void schedule(int64_t every_ms, std::function<void()> what);
    void schedule_on(exchange::Loop& loop, int64_t every_ms, std::function<void()> what);
    Result<void> rebuild();
    BuildContext build_context();
    std::string metrics() const;
    std::string second_factor_of(const std::string& site) const;
    bool production() const;
    json::Value brand() const;
    void note_health(const std::string& integration, const std::string& host, bool answers);
    void quarantine(const std::string& provider, const std::string& reason);
    config::Velocity velocity() const;
    std::shared_ptr<const AddressRanges> private_networks() const;
    void endpoint_disabled(store::Tx& tx, const outgoing::Endpoint& endpoint);
    void purge_people();
    void look_for_recovery();
    void say_load_failures() const;

    Setup setup_;
    SystemClock clock_;
    SystemRandom random_;
    Ids ids_;
    std::string public_url_, development_token_;
    std::atomic<bool> ready_{false};
    std::atomic<bool> draining_{false};
    std::atomic<bool> recovering_{false};
    mutable std::mutex rebuild_mutex_;
    worker::Launcher launcher_{worker::worker_program(), [this](const std::string& provider, const std::string& reason) { quarantine(provider, reason); }};
    std::unique_ptr<store::Store> store_;
    payments::Settler settler_;
    payments::Integrations integrations_;
    exchange::HealthBoard health_;
    http::Router router_;
    std::unique_ptr<StoredKeptValues> kept_;
    std::unique_ptr<Tokens> tokens_;
    std::unique_ptr<Workers> workers_;
    std::unique_ptr<exchange::HttpClient> client_;
    std::unique_ptr<exchange::Exchange> exchange_;
    std::unique_ptr<payments::PaymentService> service_;
    std::unique_ptr<payments::Inbox> inbox_;
    std::unique_ptr<outgoing::Sender> sender_;
    std::unique_ptr<payments::Background> background_;
    std::unique_ptr<identity::Sessions> sessions_;
    std::unique_ptr<twofactor::Challenges> challenges_;
    std::unique_ptr<accounting::Accounting> accounting_;
    std::unique_ptr<scripting::Mailer> mailer_;
    std::unique_ptr<scripting::Services> script_services_;
    std::unique_ptr<scripting::Numbers> numbers_;
    std::unique_ptr<Workers> isolated_workers_;
    std::unique_ptr<identity::PasswordThread> passwords_;
    std::unique_ptr<People> people_;
    std::unique_ptr<http::Gate> gate_;
};

}  // namespace turnpike::app
