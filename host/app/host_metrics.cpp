#include "host/app/host.hpp"
#include "host/app/metrics_page.hpp"
#include "host/events/counts.hpp"
#include "host/store/report.hpp"

namespace turnpike::app {
namespace {

uint64_t count_of(store::Session& db, const char* sql) {
    auto rows = db.query(sql);
    return rows.next() ? static_cast<uint64_t>(rows.integer(0)) : 0;
}

void add_events(MetricsPage& page) {
    page.head("turnpike_events_total", "counter", "Events committed by this process.");
    for (const auto& [type, count] : events::Counts::of_process().all()) page.line("turnpike_events_total{type=\"" + type + "\"}", count);
}

void add_store_metrics(MetricsPage& page, store::Store& store, bool recovering) {
    const auto commits = store.committer().stats();
    page.counter("turnpike_store_units_total", "Units of work given to the committer.", commits.units);
    page.counter("turnpike_store_commits_total", "Transactions committed.", commits.commits);
    page.counter("turnpike_store_unit_failures_total", "Units that were rolled back.", commits.failures);
    page.counter("turnpike_store_errors_total", "Times the store refused, or could not be reached.", store::errors_reported());
    page.gauge("turnpike_recovering", "1 after a restore, until turnpike resume.", recovering ? 1 : 0);
    try {
        const auto [waiting, failing] = store.read([](store::Session& db) {
            return std::pair(count_of(db, "SELECT count(*) FROM inbox WHERE verdict = 'waiting'"), count_of(db, "SELECT count(*) FROM webhook_endpoints WHERE enabled = 1 AND failing_since IS NOT NULL"));
        });
        page.gauge("turnpike_webhooks_waiting", "Messages that could not be checked yet.", waiting);
        page.gauge("turnpike_webhook_endpoints_failing", "Enabled endpoints whose last delivery failed.", failing);
    } catch (const store::StoreError& e) {
        store::report(e);  // the other series are wanted most now
    }
}

}  // namespace

std::string Host::metrics() const {
    MetricsPage page;
    page.active(true);
    add_store_metrics(page, *store_, recovering_);
    page.gauge("turnpike_operations_running", "Provider operations on their way.", exchange_->running());
    page.gauge("turnpike_provider_requests_in_flight", "HTTP requests to providers without an answer yet.", client_->in_flight());
    page.gauge("turnpike_http_connections", "Client connections that are open.", gate_->connections());
    page.counter("turnpike_second_factor_failed_open_total", "Logins allowed because the second factor's provider was away.", challenges_->failed_open());
    page.counter("turnpike_webhooks_refused_total", "Messages that proved nothing.", inbox_->refused());
    page.counter("turnpike_webhook_refusals_uncounted_total", "Refused messages beyond what is stored.", inbox_->refused_uncounted());
    uint64_t unavailable = 0;
    const auto all = integrations_.all();
    for (const auto& [id, integration] : *all) unavailable += integration->instance == nullptr;
    page.gauge("turnpike_integrations_unhealthy", "Integrations with a host that keeps failing.", health_.count());
    page.gauge("turnpike_integrations_unavailable", "Integrations whose provider cannot be used.", unavailable);
    add_events(page);
    return std::move(page).text();
}

}  // namespace turnpike::app
