#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "host/base/result.hpp"
#include "host/json/value.hpp"

namespace turnpike::config {

enum class SettingType { text, secret, enumeration, multi_enumeration, boolean, integer, decimal, money, percent, url,
                         host, currency_set, pem, text_block };

/// One field of a provider's form (plugin-abi.md 13).
struct SettingSpec {
    std::string key;
    SettingType type = SettingType::text;
    std::string label;
    std::string help;
    bool required = false;
    json::Value default_value;
    std::string pattern;                   ///< ECMAScript regex over the whole value; empty = any
    std::map<std::string, std::string> mode_patterns;  ///< "test"/"live" -> pattern, when `modes` maps to patterns
    std::vector<std::string> values;       ///< enumerations: allowed values
    std::string visible_if;
    bool webhook_key = false;              ///< only proofs use it: never enters the plugin
    bool settable = false;                 ///< an operation's result may write it
    bool is_secret() const { return type == SettingType::secret || type == SettingType::pem; }
};

struct OperationSpec {
    std::string name;  ///< "payment.create/1"
    bool moves_money = false;
    bool partial = true;  ///< payment.capture: less than what was authorized may be taken
};

/// Decimal strings in the currency's unit, as written in the manifest.
struct CurrencySpec {
    std::string code;
    std::string step;  ///< empty = one minor unit
    std::string min;
    std::string max;
};

struct PollSpec {
    int64_t first_s = 60;
    int64_t factor_e2 = 200;  ///< factor x 100: 2.0 is 200
    int64_t max_s = 6 * 3600;
    int64_t until_s = 3 * 86400;
};

struct RateSpec {
    std::string scope;      ///< "integration" or a host
    int64_t per_s_e3 = 0;   ///< calls a second x 1000
    int64_t burst = 1;
    int64_t concurrency = 0;  ///< 0 = unlimited
};

struct WebhookSpec {
    std::string auth;  ///< "prove", "postback" or "none" (no webhooks)
    uint32_t refuse_status = 400;
    uint32_t max_bytes = 1 << 20;
    std::vector<std::string> postback_labels;  ///< the exchanges that ask the provider whether it sent the message
    std::string postback_accept_body;          ///< the one body that says yes
};

struct PageSpec {
    std::string file;
    std::string sha256;
    std::vector<std::string> script_src;
    std::vector<std::string> frame_src;
    std::vector<std::string> connect_src;
};

struct LimitSpec {
    uint32_t step_ms = 50;
    uint32_t events = 32;
    uint32_t body_bytes = 8u << 20;
};

enum class Category { payment, second_factor, accounting, script, manual };

/// <id>.provider.json, read without running any code of the plugin.
struct Manifest {
    std::string id;
    std::string name;
    std::string version;
    Category category = Category::payment;
    std::string id_space;
    std::vector<SettingSpec> settings;
    std::vector<OperationSpec> operations;
    std::vector<CurrencySpec> currencies;
    std::map<std::string, std::vector<std::string>> egress;  ///< mode ("test", "live") -> host patterns
    std::vector<std::string> browser_hosts;
    WebhookSpec webhook;
    PollSpec poll;
    int64_t expires_s = 86400;
    std::vector<RateSpec> rate;
    LimitSpec limits;
    std::string isolation = "any";
    bool fee_source = false;  ///< the provider reports its fee
    bool ids_are_global = false;  ///< ids never repeat over merchant accounts: one movement is one, whoever reports it
    bool credits_off_amounts = false;  ///< unless the operator says otherwise, too little and too much is credited (crypto)
    std::map<std::string, PageSpec> pages;
    std::string file;         ///< where it was read
    json::Value raw;

    const SettingSpec* setting(std::string_view key) const;
    const OperationSpec* operation(std::string_view name) const;
    const CurrencySpec* currency(std::string_view code) const;
};

/// Reads and checks a manifest's text.  Failure: 422 manifest_invalid, the detail names member and rule.
Result<Manifest> read_manifest(std::string_view text, std::string file);

}  // namespace turnpike::config
