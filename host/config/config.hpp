#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "host/json/value.hpp"
#include "host/money/amount.hpp"

namespace turnpike::config {

enum class Mode { test, live };
inline std::string_view to_text(Mode m) { return m == Mode::test ? "test" : "live"; }

/// Where something stands in a file an operator wrote; file is empty for rows of the store.
struct Place {
    std::string file;
    int line = 0;
    int column = 0;
};

/// One setting of an integration.  A secret's clear text lives here only; it has no operator<< and no JSON form.
struct Setting {
    json::Value value;   ///< clear; string, bool, array of strings or decimal text
    bool secret = false;
    Place place;
};

struct Limits {
    std::optional<int64_t> min_minor;
    std::optional<int64_t> max_minor;
};

enum class OffAmountPolicy { hold, credit };

/// One integration as declared (file) or saved (row), validated against its provider's manifest.
struct IntegrationDef {
    std::string id;
    std::string provider;
    Mode mode = Mode::test;
    bool enabled = true;
    std::string label;
    std::vector<std::string> currencies;
    bool deduct_payment_fees = false;
    bool fee_wait = false;
    std::map<std::string, int64_t> surcharge_minor;  ///< currency -> fixed part
    money::Percent surcharge_percent;
    std::optional<std::map<std::string, int64_t>> fee_estimate_fixed_minor;
    money::Percent fee_estimate_percent;
    std::map<std::string, Limits> limits;
    OffAmountPolicy underpaid = OffAmountPolicy::hold;
    OffAmountPolicy overpaid = OffAmountPolicy::hold;
    money::Percent tolerance_percent;
    bool match_contacts = false;
    bool sandbox = true;                 ///< test mode only: calls go to the sandbox when one is set
    bool accept_unauthenticated_webhooks = false;
    std::string isolation;               ///< "" = default, "in_process" or "worker"
    std::vector<std::string> egress;     ///< narrows the manifest's list when not empty
    std::map<std::string, int64_t> plugin_limits;  ///< narrows step_ms, events, body_bytes
    std::string pin_sha256;              ///< empty = none
    std::map<std::string, Setting> settings;
    Place place;                         ///< file-declared when place.file is not empty
};

struct ApiToken {
    std::string name;
    std::string token;
    std::vector<std::string> scopes;  ///< {"*"} = all
    std::vector<Mode> modes;
};

struct Server {
    std::string listen = "127.0.0.1:8080";
    std::string public_url;
    std::string environment = "production";  ///< "production" or "development"
    int workers = 0;                         ///< 0 = auto
    std::vector<std::string> trusted_proxies;
    std::string admin_listen;
    bool development() const { return environment == "development"; }
};

struct Retention {
    int transcripts_days = 90;
    int webhook_bodies_days = 400;
    int refused_days = 30;
    int audit_days = 3650;
};

/// How fast one customer, or one network, may go (429 velocity): stolen cards are tried in rows.
struct Velocity {
    int failures_per_hour = 0;                        ///< of a customer; 0 = no limit
    int network_failures_per_hour = 0;                ///< of an IPv4 address or an IPv6 /64; 0 = no limit
    std::map<std::string, int64_t> amount_per_day;    ///< currency -> minor units, with the surcharge
};

/// turnpike.yaml, read, expanded and checked.
struct Config {
    std::string file;
    Server server;
    std::string store_url;                   ///< sqlite:<absolute path> or postgresql://...
    std::vector<std::string> plugin_directories;
    bool require_signature = false;
    std::vector<std::string> trusted_keys;
    std::string key_file;
    std::vector<std::string> secret_directories;
    std::optional<std::string> sandbox_url;
    std::vector<ApiToken> api_tokens;
    std::optional<std::string> smtp_url;
    std::string smtp_from;
    Retention retention;
    Velocity velocity;
    std::vector<std::string> events_allow_private;
    std::vector<IntegrationDef> integrations;
    json::Value sites;
    json::Value portal = json::Value::object();  ///< {name?, accent?, support_url?}
};

}  // namespace turnpike::config
