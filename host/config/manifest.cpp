#include "host/config/manifest.hpp"

#include <algorithm>
#include <array>

#include "host/config/suggest.hpp"
#include "host/json/read.hpp"
#include "host/money/amount.hpp"

namespace turnpike::config {
namespace {

using json::Value;

struct TypeName {
    std::string_view name;
    SettingType type;
};
constexpr TypeName kSettingTypes[] = {
    {"text", SettingType::text},       {"secret", SettingType::secret},   {"enum", SettingType::enumeration},
    {"multi_enum", SettingType::multi_enumeration}, {"bool", SettingType::boolean}, {"integer", SettingType::integer},
    {"decimal", SettingType::decimal}, {"money", SettingType::money},     {"percent", SettingType::percent},
    {"url", SettingType::url},         {"host", SettingType::host},       {"currency_set", SettingType::currency_set},
    {"pem", SettingType::pem},         {"text_block", SettingType::text_block},
};
struct CategoryName {
    std::string_view name;
    Category category;
};
constexpr CategoryName kCategories[] = {{"payment", Category::payment}, {"second_factor", Category::second_factor},
                                        {"accounting", Category::accounting}, {"script", Category::script}, {"manual", Category::manual}};

/// Thrown inside this file only: the first thing that is wrong ends the reading.
struct Wrong {
    std::string what;
};

void only(const Value& object, std::string_view where, std::initializer_list<std::string_view> known) {
    if (!object.is_object()) throw Wrong{std::string(where) + " must be an object"};
    const std::vector<std::string> names(known.begin(), known.end());
    for (const auto& member : object.members()) {
        if (std::find(names.begin(), names.end(), member.first) != names.end()) continue;
        const std::string near = nearest(member.first, names);
        throw Wrong{std::string(where) + " has the unknown member \"" + member.first + "\"" + (near.empty() ? "" : " (did you mean \"" + near + "\"?)")};
    }
}

std::string need_text(const Value& object, std::string_view name, std::string_view where) {
    std::string text = object.text(name);
    if (text.empty()) throw Wrong{std::string(where) + " lacks \"" + std::string(name) + "\""};
    return text;
}

bool flag(const Value& object, std::string_view name) {
    const Value* member = object.find(name);
    return member && member->boolean().value_or(false);
}

std::vector<std::string> texts_of(const Value* list) {
    std::vector<std::string> out;
    if (!list) return out;
    for (const Value& item : list->items())
        if (auto text = item.string()) out.emplace_back(*text);
    return out;
}

/// A decimal in thousandths or hundredths, as an integer: "2.5" with 2 places is 250.
int64_t scaled(const Value* v, int places, int64_t fallback) {
    if (!v) return fallback;
    const auto digits = v->number_text();
    if (!digits) throw Wrong{"a number is expected"};
    std::string text(*digits);
    const size_t dot = text.find('.');
    std::string fraction = dot == std::string::npos ? "" : text.substr(dot + 1);
    fraction.resize(static_cast<size_t>(places), '0');
    const std::string all = text.substr(0, dot) + fraction;
    if (all.empty() || all.size() > 15 || all.find_first_not_of("0123456789") != std::string::npos) throw Wrong{"a plain number is expected"};
    return std::stoll(all);
}

void read_setting_modes(const Value& from, SettingSpec& out) {
    const Value* modes = from.find("modes");
    if (!modes) return;
    for (const auto& member : modes->members()) out.mode_patterns[member.first] = std::string(member.second.string().value_or(""));
}

SettingSpec read_setting(const Value& from) {
    only(from, "a setting", {"key", "type", "label", "help", "required", "default", "pattern", "modes", "values", "visible_if", "webhook_key", "settable"});
    SettingSpec out;
    out.key = need_text(from, "key", "a setting");
    const std::string type = need_text(from, "type", out.key);
    const auto* known = std::find_if(std::begin(kSettingTypes), std::end(kSettingTypes), [&](const TypeName& t) { return t.name == type; });
    if (known == std::end(kSettingTypes)) throw Wrong{"setting " + out.key + " has the unknown type \"" + type + "\""};
    out.type = known->type;
    out.label = need_text(from, "label", out.key);
    out.help = from.text("help");
    out.required = flag(from, "required");
    if (const Value* value = from.find("default")) out.default_value = *value;
    out.pattern = from.text("pattern");
    read_setting_modes(from, out);
    out.values = texts_of(from.find("values"));
    out.visible_if = from.text("visible_if");
    out.webhook_key = flag(from, "webhook_key");
    out.settable = flag(from, "settable");
    return out;
}

CurrencySpec read_currency(const Value& from) {
    only(from, "a currency", {"code", "step", "min", "max"});
    CurrencySpec out{need_text(from, "code", "a currency"), from.text("step"), from.text("min"), from.text("max")};
    const auto currency = money::Currency::of(out.code);
    if (!currency) throw Wrong{"the currency " + out.code + " is unknown"};
    for (const std::string* amount : {&out.step, &out.min, &out.max})
        if (!amount->empty() && !money::parse_positive_amount(*amount, *currency)) throw Wrong{out.code + " has the amount " + *amount + ", which is none of its currency"};
    return out;
}

RateSpec read_rate(const Value& from) {
    only(from, "rate", {"scope", "per_s", "burst", "concurrency"});
    RateSpec out;
    out.scope = need_text(from, "scope", "rate");
    out.per_s_e3 = scaled(from.find("per_s"), 3, 0);
    out.burst = scaled(from.find("burst"), 0, 1);
    out.concurrency = scaled(from.find("concurrency"), 0, 0);
    return out;
}

void read_webhook(const Value& v, WebhookSpec& out) {
    only(v, "webhook", {"auth", "refuse_status", "max_bytes", "postback", "setup"});
    out.auth = need_text(v, "auth", "webhook");
    if (out.auth != "prove" && out.auth != "postback" && out.auth != "none") throw Wrong{"webhook.auth must be prove, postback or none"};
    out.refuse_status = static_cast<uint32_t>(scaled(v.find("refuse_status"), 0, out.refuse_status));
    out.max_bytes = static_cast<uint32_t>(scaled(v.find("max_bytes"), 0, out.max_bytes));
    if (const Value* postback = v.find("postback")) {
        only(*postback, "webhook.postback", {"labels", "accept_body"});
        out.postback_labels = texts_of(postback->find("labels"));
        out.postback_accept_body = need_text(*postback, "accept_body", "webhook.postback");
    }
    if ((out.auth == "postback") == out.postback_labels.empty()) throw Wrong{"webhook.postback.labels name the exchanges of auth postback, and of no other"};
}

void read_pages(const Value& v, std::map<std::string, PageSpec>& out) {
    for (const auto& [name, page] : v.members()) {
        only(page, "page " + name, {"file", "sha256", "script_src", "frame_src", "connect_src"});
        out[name] = {need_text(page, "file", name), page.text("sha256"), texts_of(page.find("script_src")), texts_of(page.find("frame_src")),
                     texts_of(page.find("connect_src"))};
    }
}

void read_rules(const Value& v, Manifest& out) {
    if (const Value* webhook = v.find("webhook")) read_webhook(*webhook, out.webhook);
    if (const Value* poll = v.find("poll")) {
        only(*poll, "poll", {"first_s", "factor", "max_s", "until_s"});
        out.poll = {scaled(poll->find("first_s"), 0, out.poll.first_s), scaled(poll->find("factor"), 2, out.poll.factor_e2),
                    scaled(poll->find("max_s"), 0, out.poll.max_s), scaled(poll->find("until_s"), 0, out.poll.until_s)};
    }
    out.expires_s = scaled(v.find("expires_s"), 0, out.expires_s);
    if (const Value* rate = v.find("rate"))
        for (const Value& item : rate->items()) out.rate.push_back(read_rate(item));
    if (const Value* limits = v.find("limits")) {
        only(*limits, "limits", {"step_ms", "events", "body_bytes"});
        out.limits = {static_cast<uint32_t>(scaled(limits->find("step_ms"), 0, out.limits.step_ms)),
                      static_cast<uint32_t>(scaled(limits->find("events"), 0, out.limits.events)),
                      static_cast<uint32_t>(scaled(limits->find("body_bytes"), 0, out.limits.body_bytes))};
    }
    if (const Value* pages = v.find("pages")) read_pages(*pages, out.pages);
    if (const Value* egress = v.find("egress"))
        for (const auto& [mode, hosts] : egress->members()) out.egress[mode] = texts_of(&hosts);
    out.browser_hosts = texts_of(v.find("browser_hosts"));
}

void read_lists(const Value& v, Manifest& out) {
    if (const Value* settings = v.find("settings"))
        for (const Value& item : settings->items()) out.settings.push_back(read_setting(item));
    if (const Value* operations = v.find("operations"))
        for (const Value& item : operations->items()) {
            only(item, "an operation", {"name", "moves_money", "partial"});
            const bool partial = item.find("partial") == nullptr || flag(item, "partial");
            out.operations.push_back({need_text(item, "name", "an operation"), flag(item, "moves_money"), partial});
        }
    if (const Value* currencies = v.find("currencies"))
        for (const Value& item : currencies->items()) out.currencies.push_back(read_currency(item));
}

Manifest read_all(const Value& v) {
    only(v, "the manifest", {"id", "name", "version", "category", "id_space", "incoming", "fee_source", "off_amount", "ids_are_global", "settings", "operations", "currencies",
                             "egress", "browser_hosts", "webhook", "poll", "expires_s", "rate", "limits", "pages", "isolation", "requires"});
    Manifest out;
    out.id = need_text(v, "id", "the manifest");
    out.name = need_text(v, "name", out.id);
    out.version = need_text(v, "version", out.id);
    const std::string category = need_text(v, "category", out.id);
    const auto* known = std::find_if(std::begin(kCategories), std::end(kCategories), [&](const CategoryName& c) { return c.name == category; });
    if (known == std::end(kCategories)) throw Wrong{"the category \"" + category + "\" is unknown"};
    out.category = known->category;
    out.id_space = v.text("id_space", out.id);
    out.fee_source = flag(v, "fee_source");
    out.ids_are_global = flag(v, "ids_are_global");
    const std::string off_amount = v.text("off_amount", "hold");
    if (off_amount != "hold" && off_amount != "credit") throw Wrong{"off_amount must be hold or credit"};
    out.credits_off_amounts = off_amount == "credit";
    out.isolation = v.text("isolation", "any");
    read_lists(v, out);
    read_rules(v, out);
    return out;
}

}  // namespace

const SettingSpec* Manifest::setting(std::string_view key) const {
    for (const SettingSpec& s : settings)
        if (s.key == key) return &s;
    return nullptr;
}

const OperationSpec* Manifest::operation(std::string_view name) const {
    for (const OperationSpec& o : operations)
        if (o.name == name) return &o;
    return nullptr;
}

const CurrencySpec* Manifest::currency(std::string_view code) const {
    for (const CurrencySpec& c : currencies)
        if (c.code == code) return &c;
    return nullptr;
}

Result<Manifest> read_manifest(std::string_view text, std::string file) {
    auto invalid = [&](const std::string& what) { return failure(422, "manifest_invalid", file + ": " + what); };
    const auto value = json::read(text);
    if (!value) return invalid(value.error().message);
    try {
        Manifest out = read_all(*value);
        out.file = file;
        out.raw = *value;
        return out;
    } catch (const Wrong& wrong) {
        return invalid(wrong.what);
    }
}

}  // namespace turnpike::config
