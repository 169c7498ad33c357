#include <charconv>

#include "turnpike/time.hpp"
#include "xero.hpp"

namespace xero {
namespace {

int64_t number(std::string_view text) {
    int64_t out = 0;
    const auto [end, failure] = std::from_chars(text.data(), text.data() + text.size(), out);
    return failure == std::errc() && end == text.data() + text.size() ? out : -1;
}

/// Days since 1970 of a proleptic Gregorian date (Howard Hinnant's algorithm).
int64_t days_of(int64_t year, int64_t month, int64_t day) {
    year -= month <= 2 ? 1 : 0;
    const int64_t era = (year >= 0 ? year : year - 399) / 400;
    const int64_t year_of_era = year - era * 400;
    const int64_t day_of_year = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1;
    return era * 146097 + year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year - 719468;
}

std::string_view neutral_status(std::string_view status) {
    if (status == "AUTHORISED" || status == "SUBMITTED") return "open";
    if (status == "PAID") return "paid";
    if (status == "VOIDED" || status == "DELETED") return "voided";
    return status == "DRAFT" ? "draft" : "recorded";
}

}  // namespace

int64_t date_ms(std::string_view text) {
    if (const size_t open = text.find("Date("); open != std::string_view::npos) {
        text.remove_prefix(open + 5);
        const size_t end = text.find_first_of("+-)", 1);
        return std::max<int64_t>(number(text.substr(0, end)), 0);
    }
    if (text.size() < 10) return 0;
    const int64_t year = number(text.substr(0, 4)), month = number(text.substr(5, 2)), day = number(text.substr(8, 2));
    if (year < 1970 || month < 1 || month > 12 || day < 1 || day > 31) return 0;
    int64_t seconds = days_of(year, month, day) * 86400;
    if (text.size() >= 19) {
        const int64_t h = number(text.substr(11, 2)), m = number(text.substr(14, 2)), s = number(text.substr(17, 2));
        if (h >= 0 && m >= 0 && s >= 0) seconds += h * 3600 + m * 60 + s;
    }
    return seconds * 1000;
}

std::string day_of(int64_t unix_ms) { return turnpike::rfc3339(unix_ms).substr(0, 10); }

turnpike::RawJson amount_json(const Money& money) {
    const auto hundredths = money.rescaled(2);
    if (!hundredths) {
        throw Error(ErrorKind::input, "Xero counts with two decimals; this amount needs more.").field("/amount").no_effect();
    }
    return {hundredths->decimal()};
}

Money money_at(const Json& item, std::string_view member, std::string_view currency) {
    const std::string_view digits = item[member].scalar();
    const auto money = Money::from_decimal(digits.empty() ? "0" : digits, currency);
    if (!money) throw Error(ErrorKind::provider, "Xero's " + std::string(member) + " is no amount.");
    return *money;
}

std::string quoted(std::string_view text) {
    std::string out = "\"";
    for (const char c : text)
        if (c != '"' && c != '\\') out += c;
    return out + '"';
}

JsonObject document_of(const Json& item, std::string_view id_member) {
    const std::string_view currency = item["CurrencyCode"].text();
    JsonObject out;
    out.set("id", item.need_text("/" + std::string(id_member)));
    out.set_if("number", item["InvoiceNumber"].text()).set_if("reference", item["Reference"].text());
    out.set("status", neutral_status(item["Status"].text())).set_if("provider_status", item["Status"].text());
    if (!currency.empty() && item["Total"]) out.set("total", money_at(item, "Total", currency).json());
    if (!currency.empty() && item["AmountPaid"]) out.set("paid", money_at(item, "AmountPaid", currency).json());
    if (!currency.empty() && item["AmountDue"]) out.set("due", money_at(item, "AmountDue", currency).json());
    if (item["IsReconciled"].is_true() || item["IsReconciled"].is_false()) out.set("reconciled", item["IsReconciled"].is_true());
    return out;
}

}  // namespace xero
