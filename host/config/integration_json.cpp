#include "host/config/integration_json.hpp"

#include <yaml-cpp/yaml.h>

#include "host/config/setting_reader.hpp"

namespace turnpike::config {
namespace {

using json::Value;

Value amounts_json(const std::map<std::string, int64_t>& amounts) {
    Value out = Value::object();
    for (const auto& [code, minor] : amounts) out.set(code, money::format(minor, *money::Currency::of(code)));
    return out;
}

void add_money_keys(const IntegrationDef& def, Value& out) {
    if (def.currencies.empty()) return;
    Value currencies = Value::array();
    for (const std::string& code : def.currencies) currencies.push(code);
    out.set("currencies", std::move(currencies)).set("deduct_payment_fees", def.deduct_payment_fees).set("fee_wait", def.fee_wait);
    out.set("surcharge", amounts_json(def.surcharge_minor)).set("surcharge_percent", money::format(def.surcharge_percent));
    if (def.fee_estimate_fixed_minor)
        out.set("fee_estimate", Value::object({{"fixed", amounts_json(*def.fee_estimate_fixed_minor)}, {"percent", money::format(def.fee_estimate_percent)}}));
    Value limits = Value::object();
    for (const auto& [code, range] : def.limits) {
        Value one = Value::object();
        if (range.min_minor) one.set("min", money::format(*range.min_minor, *money::Currency::of(code)));
        if (range.max_minor) one.set("max", money::format(*range.max_minor, *money::Currency::of(code)));
        limits.set(code, std::move(one));
    }
    out.set("limits", std::move(limits));
    out.set("underpaid", def.underpaid == OffAmountPolicy::credit ? "credit" : "hold");
    out.set("overpaid", def.overpaid == OffAmountPolicy::credit ? "credit" : "hold");
    out.set("tolerance_percent", money::format(def.tolerance_percent)).set("match_contacts", def.match_contacts);
}

Value setting_json(const IntegrationDef& def, const std::string& key, const Setting& s, Secrets secrets, const Keyring* keyring, Random* random) {
    if (!s.secret) return s.value;
    if (secrets == Secrets::masked || !keyring || !random) return "********";
    return keyring->seal(def.id, key, text_of(s), *random);
}

void emit(YAML::Emitter& out, const Value& v) {
    if (v.is_object()) {
        out << YAML::BeginMap;
        for (const auto& [key, value] : v.members()) {
            out << YAML::Key << key << YAML::Value;
            emit(out, value);
        }
        out << YAML::EndMap;
    } else if (v.is_array()) {
        out << YAML::Flow << YAML::BeginSeq;
        for (const Value& item : v.items()) emit(out, item);
        out << YAML::EndSeq;
    } else if (auto text = v.string()) {
        out << YAML::DoubleQuoted << std::string(*text);
    } else if (auto flag = v.boolean()) {
        out << *flag;
    } else if (auto digits = v.number_text()) {
        out << std::string(*digits);
    } else {
        out << YAML::Null;
    }
}

}  // namespace

Value integration_json(const IntegrationDef& def, Secrets secrets, const Keyring* keyring, Random* random) {
    Value out = Value::object({{"id", def.id}, {"provider", def.provider}, {"mode", to_text(def.mode)}, {"enabled", def.enabled}});
    if (!def.label.empty()) out.set("label", def.label);
    add_money_keys(def, out);
    out.set("sandbox", def.sandbox);
    if (!def.isolation.empty()) out.set("isolation", def.isolation);
    if (!def.pin_sha256.empty()) out.set("sha256", def.pin_sha256);
    if (!def.egress.empty()) {
        Value hosts = Value::array();
        for (const std::string& host : def.egress) hosts.push(host);
        out.set("egress", std::move(hosts));
    }
    Value settings = Value::object();
    for (const auto& [key, setting] : def.settings) settings.set(key, setting_json(def, key, setting, secrets, keyring, random));
    out.set("settings", std::move(settings));
    return out;
}

std::string integrations_yaml(const std::vector<Value>& sealed) {
    YAML::Emitter out;
    out << YAML::BeginMap << YAML::Key << "integrations" << YAML::Value << YAML::BeginSeq;
    for (const Value& one : sealed) emit(out, one);
    out << YAML::EndSeq << YAML::EndMap;
    return std::string(out.c_str()) + "\n";
}

}  // namespace turnpike::config
