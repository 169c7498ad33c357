#include "host/config/setting_reader.hpp"

#include <algorithm>
#include <regex>

#include "host/config/map_reader.hpp"
#include "host/config/suggest.hpp"
#include "host/money/amount.hpp"

namespace turnpike::config {
namespace {

using json::Value;

/// Reads one value; diagnostics say what is expected and never what was written.
class OneSetting {
  public:
    OneSetting(const SettingSpec& spec, const Node& node, const std::string& integration, Mode mode, const ReadContext& context,
               Diagnostics& diagnostics)
        : spec_(spec), node_(node), integration_(integration), mode_(mode), context_(context), diagnostics_(diagnostics) {}

    std::optional<Value> read() {
        if (spec_.type == SettingType::multi_enumeration || spec_.type == SettingType::currency_set) return read_list();
        if (node_.kind != Node::Kind::scalar) return wrong("wrong_type", "must be a single value");
        auto text = opened();
        if (!text) return std::nullopt;
        if (!fits_patterns(*text) || !fits_type(*text)) return std::nullopt;
        if (spec_.type == SettingType::boolean) return Value(text == "true" || text == "yes" || text == "on");
        return Value(std::move(*text));
    }

  private:
    std::nullopt_t wrong(std::string code, const std::string& rule, std::string suggestion = {}) {
        diagnostics_.error(node_, std::move(code), spec_.key + " " + rule, std::move(suggestion));
        return std::nullopt;
    }
    std::optional<std::string> opened() {
        if (!Keyring::is_sealed(node_.text)) return node_.text;
        if (!spec_.is_secret()) return wrong("sealed_misplaced", "is no secret: a sealed value opens only in a secret field");
        auto plain = context_.keyring ? context_.keyring->open(integration_, spec_.key, node_.text) : std::nullopt;
        if (!plain) return wrong("sealed_misplaced", "holds a sealed value that was sealed for another place or with another key");
        return plain;
    }
    bool fits_patterns(const std::string& text) {
        if (!spec_.pattern.empty() && !std::regex_match(text, std::regex(spec_.pattern))) {
            wrong("pattern", "does not look like a " + spec_.label + " (" + spec_.help + ")");
            return false;
        }
        const auto own = spec_.mode_patterns.find(std::string(to_text(mode_)));
        if (own == spec_.mode_patterns.end() || std::regex_match(text, std::regex(own->second))) return true;
        const Mode other = mode_ == Mode::test ? Mode::live : Mode::test;
        const auto others = spec_.mode_patterns.find(std::string(to_text(other)));
        const bool mixed_up = others != spec_.mode_patterns.end() && std::regex_match(text, std::regex(others->second));
        if (mixed_up) wrong("mode_mixed_up", "is a " + std::string(to_text(other)) + " key, and this integration's mode is " + std::string(to_text(mode_)));
        else wrong("pattern", "does not look like a " + std::string(to_text(mode_)) + "-mode " + spec_.label);
        return false;
    }
    bool fits_type(const std::string& text) {
        switch (spec_.type) {
            case SettingType::boolean:
                if (boolean_of(node_)) return true;
                wrong("wrong_type", "must be true or false");
                return false;
            case SettingType::enumeration:
                if (std::find(spec_.values.begin(), spec_.values.end(), text) != spec_.values.end()) return true;
                wrong("not_allowed", "is none of the values it may have", nearest(text, spec_.values));
                return false;
            case SettingType::integer:
                if (std::regex_match(text, std::regex("-?[0-9]{1,15}"))) return true;
                wrong("wrong_type", "must be a whole number");
                return false;
            case SettingType::percent:
                if (money::parse_percent(text)) return true;
                wrong("percent_invalid", "must be a percentage");
                return false;
            case SettingType::decimal:
            case SettingType::money:
                if (std::regex_match(text, std::regex("[0-9]{1,15}(\\.[0-9]{1,18})?"))) return true;
                wrong("wrong_type", "must be a decimal number");
                return false;
            case SettingType::url:
                if (std::regex_match(text, std::regex("https?://[^\\s]+"))) return true;
                wrong("wrong_type", "must be a URL");
                return false;
            case SettingType::host:
                if (std::regex_match(text, std::regex("[A-Za-z0-9]([A-Za-z0-9.-]*[A-Za-z0-9])?"))) return true;
                wrong("wrong_type", "must be a host name");
                return false;
            default: return true;
        }
    }
    std::optional<Value> read_list() {
        Value list = Value::array();
        std::vector<Node> single;
        if (node_.kind == Node::Kind::scalar) single.push_back(node_);
        for (const Node& item : node_.kind == Node::Kind::scalar ? single : node_.items) {
            const bool currency = spec_.type == SettingType::currency_set;
            const bool known = currency ? money::Currency::of(item.text).has_value()
                                        : std::find(spec_.values.begin(), spec_.values.end(), item.text) != spec_.values.end();
            if (!known) diagnostics_.error(item, "not_allowed", spec_.key + " holds a value it may not have", nearest(item.text, spec_.values));
            list.push(item.text);
        }
        return list;
    }

    const SettingSpec& spec_;
    const Node& node_;
    const std::string& integration_;
    Mode mode_;
    const ReadContext& context_;
    Diagnostics& diagnostics_;
};

/// "key=value": the field matters only while another has that value.
bool visible(const SettingSpec& spec, const Node* settings) {
    const size_t equals = spec.visible_if.find('=');
    if (equals == std::string::npos) return true;
    const Node* other = settings ? settings->find(spec.visible_if.substr(0, equals)) : nullptr;
    return other && other->text == spec.visible_if.substr(equals + 1);
}

}  // namespace

std::map<std::string, Setting> read_settings(const Node* settings, const Node& parent, const std::string& integration, Mode mode,
                                             const Manifest& manifest, const ReadContext& context, Diagnostics& diagnostics) {
    std::map<std::string, Setting> out;
    static const Node kNone;
    MapReader reader(settings ? *settings : kNone, diagnostics, "settings of " + manifest.id);
    for (const SettingSpec& spec : manifest.settings) {
        const Node* node = reader.take(spec.key);
        if (!node) {
            if (!spec.default_value.is_null()) out[spec.key] = {spec.default_value, spec.is_secret(), {}};
            else if (spec.required && visible(spec, settings))
                diagnostics.error(settings ? *settings : parent, "missing", "settings of " + manifest.id + " lack " + spec.key + " (" + spec.label + ")");
            continue;
        }
        auto value = OneSetting(spec, *node, integration, mode, context, diagnostics).read();
        if (value) out[spec.key] = {std::move(*value), spec.is_secret(), node->place};
    }
    reader.finish();
    return out;
}

std::string text_of(const Setting& setting) {
    if (auto text = setting.value.string()) return std::string(*text);
    if (auto digits = setting.value.number_text()) return std::string(*digits);
    if (auto flag = setting.value.boolean()) return *flag ? "true" : "false";
    std::string out;
    for (const Value& item : setting.value.items()) out += (out.empty() ? "" : ",") + std::string(item.string().value_or(""));
    return out;
}

}  // namespace turnpike::config
