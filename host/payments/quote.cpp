#include "host/payments/quote.hpp"

#include <algorithm>

namespace turnpike::payments {
namespace {

std::optional<int64_t> minor_of(const std::string& text, money::Currency currency) {
    if (text.empty()) return std::nullopt;
    const auto amount = money::parse_amount(text, currency);
    return amount ? std::optional(amount->minor) : std::nullopt;
}

Failure at_amount(std::string code, std::string detail) {
    Problem p = problem(422, code, detail);
    p.errors.push_back({"/amount", std::move(code), std::move(detail)});
    return failure(std::move(p));
}

/// The narrower of the provider's and the operator's limits.
struct Range {
    std::optional<int64_t> min, max;
};
Range range_of(const Integration& integration, const config::CurrencySpec& spec, money::Currency currency) {
    Range out{minor_of(spec.min, currency), minor_of(spec.max, currency)};
    const auto own = integration.source.def.limits.find(currency.text());
    if (own == integration.source.def.limits.end()) return out;
    if (own->second.min_minor) out.min = std::max(out.min.value_or(0), *own->second.min_minor);
    if (own->second.max_minor) out.max = out.max ? std::min(*out.max, *own->second.max_minor) : *own->second.max_minor;
    return out;
}

/// Which currencies an organisation or a script takes is said there, not in the configuration.
bool takes_currency(const Integration& integration, const std::string& code) {
    const config::Category category = integration.manifest().category;
    const bool open = category == config::Category::accounting || category == config::Category::script;
    const std::vector<std::string> enabled = offered_currencies(integration);
    return (open && enabled.empty()) || std::find(enabled.begin(), enabled.end(), code) != enabled.end();
}

}  // namespace

std::vector<std::string> offered_currencies(const Integration& integration) {
    const auto& def = integration.source.def;
    if (!def.currencies.empty()) return def.currencies;
    std::vector<std::string> out;
    const auto setting = def.settings.find("currencies");
    if (setting == def.settings.end()) return out;
    for (const json::Value& one : setting->second.value.items())
        if (const auto code = one.string()) out.emplace_back(*code);
    return out;
}

int64_t step_of(const config::Manifest& manifest, money::Currency currency) {
    const config::CurrencySpec* spec = manifest.currency(currency.code());
    return spec ? minor_of(spec->step, currency).value_or(1) : 1;
}

Result<Price> price(const Integration& integration, const std::string& code, const std::string& text) {
    const auto& def = integration.source.def;
    const auto currency = money::Currency::of(code);
    const bool enabled = currency && takes_currency(integration, code);
    const config::CurrencySpec* spec = enabled ? integration.manifest().currency(code) : nullptr;
    if (!spec) {
        Problem p = problem(422, "currency_not_enabled", "The integration " + def.id + " does not take " + code + ".");
        p.errors.push_back({"/currency", "currency_not_enabled", p.detail});
        return failure(std::move(p));
    }
    const auto amount = money::parse_positive_amount(text, *currency);
    if (!amount) return at_amount("amount_invalid", amount.error().detail);
    const int64_t step = step_of(integration.manifest(), *currency);
    if (amount->minor % step != 0) return at_amount("amount_step", "The provider takes " + code + " in steps of " + money::format(step, *currency) + ".");
    const auto fixed = def.surcharge_minor.find(code);
    Price out{*currency, amount->minor, 0, 0};
    out.surcharge = money::surcharge(amount->minor, fixed == def.surcharge_minor.end() ? 0 : fixed->second, def.surcharge_percent, step);
    out.total = money::add(out.amount, out.surcharge);
    const Range range = range_of(integration, *spec, *currency);
    if (range.min && out.amount < *range.min) return at_amount("amount_too_small", "The least is " + money::format(*range.min, *currency) + " " + code + ".");
    if (range.max && out.total > *range.max) return at_amount("amount_too_large", "The most is " + money::format(*range.max, *currency) + " " + code + " with the surcharge.");
    return out;
}

}  // namespace turnpike::payments
