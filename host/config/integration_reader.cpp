#include "host/config/integration_reader.hpp"

#include <algorithm>

#include "host/config/map_reader.hpp"
#include "host/config/suggest.hpp"

namespace turnpike::config {
namespace {

class IntegrationReader {
  public:
    IntegrationReader(const Node& node, const Manifest& manifest, const ReadContext& context, Diagnostics& diagnostics, IntegrationDef& out)
        : reader_(node, diagnostics, "integration " + out.id), manifest_(manifest), context_(context), diagnostics_(diagnostics), out_(out) {}

    void read() {
        for (const char* read_before : {"id", "provider"}) reader_.take(read_before);
        if (auto mode = reader_.word("mode", {"test", "live"})) out_.mode = *mode == "live" ? Mode::live : Mode::test;
        else if (!reader_.node().find("mode")) diagnostics_.error(reader_.node(), "missing", "integration " + out_.id + " lacks mode (test or live)");
        out_.enabled = reader_.boolean("enabled").value_or(true);
        out_.label = reader_.text("label").value_or("");
        if (manifest_.category == Category::payment || manifest_.category == Category::manual) read_money();
        read_plugin();
        const Node* settings = reader_.take("settings");
        out_.settings = read_settings(settings, reader_.node(), out_.id, out_.mode, manifest_, context_, diagnostics_);
        reader_.finish();
    }

  private:
    void read_money() {
        read_currencies();
        out_.deduct_payment_fees = reader_.boolean("deduct_payment_fees").value_or(false);
        out_.fee_wait = reader_.boolean("fee_wait").value_or(false);
        out_.surcharge_percent = reader_.percent("surcharge_percent").value_or(money::Percent{});
        if (const Node* fixed = reader_.take("surcharge")) out_.surcharge_minor = amounts(*fixed, "surcharge", true);
        read_estimate();
        read_limits();
        out_.underpaid = policy("underpaid");
        out_.overpaid = policy("overpaid");
        out_.tolerance_percent = reader_.percent("tolerance_percent").value_or(money::Percent{});
        out_.match_contacts = reader_.boolean("match_contacts").value_or(false);
        check_deduct();
    }
    void read_currencies() {
        const Node* list = reader_.take("currencies");
        if (!list) return diagnostics_.error(reader_.node(), "missing", "integration " + out_.id + " lacks currencies");
        if (list->kind != Node::Kind::list || list->items.empty()) return diagnostics_.error(*list, "wrong_type", "currencies must be a list such as [USD, EUR]");
        std::vector<std::string> offered;
        for (const CurrencySpec& c : manifest_.currencies) offered.push_back(c.code);
        for (const Node& item : list->items) {
            if (!money::Currency::of(item.text)) diagnostics_.error(item, "unknown_currency", "\"" + item.text + "\" is no ISO 4217 currency", nearest(item.text, offered));
            else if (!manifest_.currency(item.text)) diagnostics_.error(item, "unknown_currency", manifest_.name + " does not take " + item.text);
            else if (std::find(out_.currencies.begin(), out_.currencies.end(), item.text) != out_.currencies.end()) diagnostics_.error(item, "duplicate_key", item.text + " is listed twice");
            else out_.currencies.push_back(item.text);
        }
    }
    /// One amount for every enabled currency, or a map of them.
    std::map<std::string, int64_t> amounts(const Node& node, const char* what, bool zero_allowed) {
        std::map<std::string, int64_t> out;
        if (node.kind == Node::Kind::scalar) {
            for (const std::string& code : out_.currencies) put_amount(out, code, node, what, zero_allowed);
            return out;
        }
        for (const auto& [code, value] : node.members) {
            if (enabled(code)) put_amount(out, code.text, value, what, zero_allowed);
        }
        if (node.kind == Node::Kind::list) diagnostics_.error(node, "wrong_type", std::string(what) + " must be an amount or a map of currency to amount");
        return out;
    }
    bool enabled(const Node& code) {
        if (std::find(out_.currencies.begin(), out_.currencies.end(), code.text) != out_.currencies.end()) return true;
        diagnostics_.error(code, "currency_not_enabled", "\"" + code.text + "\" is not among this integration's currencies", nearest(code.text, out_.currencies));
        return false;
    }
    void put_amount(std::map<std::string, int64_t>& out, const std::string& code, const Node& value, const char* what, bool zero_allowed) {
        const auto currency = money::Currency::of(code);
        if (!currency) return;
        const auto amount = value.kind == Node::Kind::scalar ? money::parse_amount(value.text, *currency) : Result<money::Amount>(failure(422, "", ""));
        if (amount && (zero_allowed || amount->minor > 0)) out[code] = amount->minor;
        else diagnostics_.error(value, "amount_invalid", std::string(what) + " must be a decimal amount of " + code + " with at most " + std::to_string(currency->exponent()) + " decimals");
    }
    void read_estimate() {
        const Node* node = reader_.take("fee_estimate");
        if (!node) return;
        MapReader estimate(*node, diagnostics_, "fee_estimate");
        out_.fee_estimate_fixed_minor.emplace();
        if (const Node* fixed = estimate.take("fixed")) *out_.fee_estimate_fixed_minor = amounts(*fixed, "fee_estimate.fixed", true);
        out_.fee_estimate_percent = estimate.percent("percent").value_or(money::Percent{});
        estimate.finish();
    }
    void read_limits() {
        const Node* node = reader_.take("limits");
        if (!node) return;
        if (node->kind != Node::Kind::map) return diagnostics_.error(*node, "wrong_type", "limits must be a map of currency to {min, max}");
        for (const auto& [code, range] : node->members) {
            if (!enabled(code)) continue;
            MapReader reader(range, diagnostics_, "limits of " + code.text);
            Limits limits;
            std::map<std::string, int64_t> min, max;
            if (const Node* value = reader.take("min")) put_amount(min, code.text, *value, "min", false);
            if (const Node* value = reader.take("max")) put_amount(max, code.text, *value, "max", false);
            if (!min.empty()) limits.min_minor = min.begin()->second;
            if (!max.empty()) limits.max_minor = max.begin()->second;
            if (limits.min_minor && limits.max_minor && *limits.min_minor > *limits.max_minor) diagnostics_.error(range, "out_of_range", "min is greater than max");
            out_.limits[code.text] = limits;
            reader.finish();
        }
    }
    OffAmountPolicy policy(const std::string& key) {
        return reader_.word(key, {"hold", "credit"}).value_or(manifest_.credits_off_amounts ? "credit" : "hold") == "credit" ? OffAmountPolicy::credit : OffAmountPolicy::hold;
    }
    void check_deduct() {
        if (!out_.deduct_payment_fees) return;
        const Node& at = *reader_.node().find("deduct_payment_fees");
        if (!manifest_.fee_source && !out_.fee_estimate_fixed_minor)
            diagnostics_.error(at, "fee_unknown", manifest_.name + " does not report its fees: deduct_payment_fees needs a fee_estimate");
        const bool surcharged = out_.surcharge_percent.e4 > 0 || std::any_of(out_.surcharge_minor.begin(), out_.surcharge_minor.end(), [](const auto& s) { return s.second > 0; });
        if (surcharged) diagnostics_.warning(at, "customers of " + out_.id + " pay a surcharge and also have the fee deducted");
    }
    void read_plugin() {
        out_.sandbox = reader_.boolean("sandbox").value_or(true);
        out_.isolation = reader_.word("isolation", {"in_process", "worker"}).value_or("");
        if (out_.isolation == "in_process" && manifest_.isolation == "required")
            diagnostics_.error(*reader_.node().find("isolation"), "isolation_required", manifest_.name + " runs in a worker only: leave isolation out");
        if (auto hosts = reader_.texts("egress")) out_.egress = *hosts;
        out_.pin_sha256 = reader_.text("sha256").value_or("");
        const Node* accept = reader_.take("accept_unauthenticated_webhooks");
        if (accept && boolean_of(*accept).value_or(false)) {
            if (!context_.from_file) diagnostics_.error(*accept, "file_only", "accept_unauthenticated_webhooks can be given in the YAML file only");
            else if (out_.mode == Mode::live) diagnostics_.error(*accept, "live_refused", "accept_unauthenticated_webhooks is refused in live mode");
            else out_.accept_unauthenticated_webhooks = true;
        }
        const Node* limits = reader_.take("plugin_limits");
        if (!limits) return;
        MapReader reader(*limits, diagnostics_, "plugin_limits");
        const std::pair<const char*, int64_t> most[] = {{"step_ms", manifest_.limits.step_ms}, {"events", manifest_.limits.events}, {"body_bytes", manifest_.limits.body_bytes}};
        for (const auto& [key, max] : most)
            if (auto value = reader.integer(key, 1, max)) out_.plugin_limits[key] = *value;
        reader.finish();
    }

    MapReader reader_;
    const Manifest& manifest_;
    const ReadContext& context_;
    Diagnostics& diagnostics_;
    IntegrationDef& out_;
};

}  // namespace

bool is_integration_id(const std::string& text) {
    const auto fits = [](char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-'; };
    return !text.empty() && text.size() <= 63 && text.front() != '-' && std::all_of(text.begin(), text.end(), fits);
}

std::optional<IntegrationDef> read_integration(const Node& node, const Manifests& manifests, const ReadContext& context,
                                               Diagnostics& diagnostics, const std::string& id_from_path) {
    IntegrationDef out;
    out.place = node.place;
    const Node* id = node.find("id");
    out.id = !id_from_path.empty() ? id_from_path : id ? id->text : "";
    if (out.id.empty()) diagnostics.error(node, "missing", "an integration lacks id");
    else if (!is_integration_id(out.id)) diagnostics.error(id ? *id : node, "id_invalid", "an integration's id is lower-case letters, digits and dashes, at most 63");
    const Node* provider = node.find("provider");
    if (!provider) {
        diagnostics.error(node, "missing", "integration " + out.id + " lacks provider");
        return std::nullopt;
    }
    out.provider = provider->text;
    const auto manifest = manifests.find(out.provider);
    if (manifest == manifests.end()) {
        std::vector<std::string> known;
        for (const auto& m : manifests) known.push_back(m.first);
        diagnostics.error(*provider, "unknown_provider", "no provider \"" + out.provider + "\" is installed", nearest(out.provider, known));
        return std::nullopt;
    }
    IntegrationReader(node, manifest->second, context, diagnostics, out).read();
    return out;
}

}  // namespace turnpike::config
