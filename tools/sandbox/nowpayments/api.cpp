#include "tools/sandbox/nowpayments/emulator.hpp"
#include "tools/sandbox/nowpayments/nowpayments.hpp"

namespace sandbox {

std::unique_ptr<Emulator> make_nowpayments(const Surroundings& surroundings) { return std::make_unique<nowpayments::NowPayments>(surroundings); }

}  // namespace sandbox

namespace sandbox::nowpayments {
namespace {

struct Coin {
    const char* code;
    int64_t units_per_cent;  ///< 10^-8 coins
    int64_t least_units;
    bool needs_memo;
};
constexpr Coin kCoins[] = {{"btc", 20, 2000, false}, {"eth", 400, 40000, false}, {"trx", 9149327, 500000000, false}, {"usdttrc20", 1000000, 100000000, false}, {"xrp", 2000000, 100000000, true}};

const Coin& coin_named(const std::string& code) {
    for (const Coin& coin : kCoins)
        if (code == coin.code) return coin;
    fail(400, "CURRENCY_UNAVAILABLE", "Currency " + code + " is not available");
}

/// "170", "170.5" or "170.00" as cents.
int64_t cents_of(const std::string& text) {
    const size_t dot = text.find('.');
    std::string cents = dot == std::string::npos ? "" : text.substr(dot + 1);
    cents.resize(2, '0');
    return std::stoll(text.substr(0, dot)) * 100 + std::stoll(cents);
}

/// A number's digits out of the text of a body, which no double has touched.
std::string digits_of(const std::string& body, const std::string& name) {
    const size_t at = body.find("\"" + name + "\":");
    if (at == std::string::npos) return "";
    const size_t from = at + name.size() + 3;
    return body.substr(from, body.find_first_not_of("0123456789.", from) - from);
}

}  // namespace

void fail(int status, const std::string& code, const std::string& message) { throw ApiError{status, {{"status", false}, {"statusCode", status}, {"code", code}, {"message", message}}}; }

void NowPayments::reset(uint64_t seed) {
    Desk::reset(seed);
    state_["number"] = 5077125000;
}

std::string NowPayments::next_number() {
    state_["number"] = state_["number"].get<int64_t>() + 1;
    return std::to_string(state_["number"].get<int64_t>());
}

Response NowPayments::handle(const Request& request) {
    const std::vector<std::string> parts = path_parts(request.path);
    if (request.host == "sandbox.nowpayments.io") return page(request, parts);
    try {
        if (parts.size() == 2 && parts[1] == "status") return json_response(200, {{"message", "OK"}});
        if (request.header("x-api-key") != kApiKey) fail(403, "INVALID_API_KEY", "Invalid api key");
        return api(request, parts);
    } catch (const ApiError& e) {
        return json_response(e.status, e.body);
    }
}

Response NowPayments::api(const Request& request, const std::vector<std::string>& parts) {
    const std::string area = parts.size() > 1 ? parts[1] : "";
    const Json query = form_object(request.query);
    if (area == "merchant") return json_response(200, {{"selectedCurrencies", {"BTC", "ETH", "TRX", "USDTTRC20", "XRP"}}});
    if (area == "currencies") return json_response(200, {{"currencies", {"btc", "eth", "trx", "usdttrc20", "xrp", "doge"}}});
    if (area == "estimate") return json_response(200, estimate(query));
    if (area == "min-amount") {
        const Coin& coin = coin_named(query.value("currency_from", ""));
        return {200, {}, "{\"currency_from\":\"" + std::string(coin.code) + "\",\"currency_to\":\"" + query.value("currency_to", coin.code) + "\",\"min_amount\":" + js_number(coin.least_units) + "}", "application/json", Wire::answer};
    }
    if (request.method == "POST" && (area == "payment" || area == "invoice")) {
        Json body = Json::parse(request.body);
        if (!body.contains("price_amount") || !body["price_amount"].is_number()) fail(400, "INVALID_REQUEST_PARAMS", "price_amount must be a number");
        body["price_text"] = digits_of(request.body, "price_amount");
        return create(body, area == "invoice");
    }
    Json* found = area == "payment" && parts.size() > 2 ? find(parts[2]) : nullptr;
    if (!found || (*found)["x"]["payment"].is_null()) fail(404, "PAYMENT_NOT_FOUND", "Payment not found");
    return {200, {}, as_received(shown(*found, false)), "application/json", Wire::answer};
}

Json NowPayments::estimate(const Json& query) {
    const Coin& coin = coin_named(query.value("currency_to", ""));
    const int64_t units = cents_of(query.value("amount", "0")) * coin.units_per_cent;
    return {{"currency_from", query.value("currency_from", "")}, {"currency_to", coin.code}, {"estimated_amount", js_number(units)}};
}

void NowPayments::choose_coin(Json& order, const std::string& code) {
    const Coin& coin = coin_named(code);
    const int64_t units = order["amount"].get<int64_t>() * coin.units_per_cent;
    if (units < coin.least_units) fail(400, "AMOUNT_MINIMAL_ERROR", "Crypto amount " + js_number(units) + " is less than minimal");
    const std::string number = next_number();
    order["x"].update({{"payment", number}, {"coin", code}, {"pay_units", units}, {"paid_units", 0}, {"memo", coin.needs_memo ? Json("104729") : Json(nullptr)}, {"address", new_id("T", 33)}, {"status", "waiting"}});
    name(order, number);
}

Response NowPayments::create(const Json& body, bool invoice) {
    const std::string currency = body.value("price_currency", "");
    if (currency.empty()) fail(400, "INVALID_REQUEST_PARAMS", "price_currency is required");
    if (!invoice && !body.contains("pay_currency")) fail(400, "INVALID_REQUEST_PARAMS", "pay_currency is required");
    std::string upper = currency;
    for (char& c : upper) c = static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
    const int64_t cents = cents_of(body["price_text"].get<std::string>());
    const std::string id = next_number();
    Json& order = open(id, body.value("order_id", ""), decimals_of(upper) == 0 ? cents / 100 : cents, upper);
    order["x"] = {{"payment", nullptr}, {"invoice", invoice ? Json(id) : Json(nullptr)}, {"parent", nullptr}, {"price_text", body["price_text"]}, {"description", body.value("order_description", "")}, {"ipn", body.value("ipn_callback_url", "")},
                  {"success", body.value("success_url", "")}, {"cancel", body.value("cancel_url", "")}, {"payer_bears", body.value("is_fee_paid_by_user", false)}, {"fixed", body.value("is_fixed_rate", false)}};
    if (invoice)
        return json_response(200, {{"id", id}, {"order_id", order["reference"]}, {"order_description", order["x"]["description"]}, {"price_amount", body["price_text"]}, {"price_currency", upper}, {"pay_currency", nullptr},
                                   {"invoice_url", "https://sandbox.nowpayments.io/payment/?iid=" + id}, {"success_url", order["x"]["success"]}, {"created_at", "2026-01-01T12:00:00.000Z"}});
    try {
        choose_coin(order, body["pay_currency"].get<std::string>());
    } catch (const ApiError&) {
        payments().erase(id);
        throw;
    }
    RawObject out = shown(order, false);
    // A number everywhere else, it is a text here.
    for (auto& [member, value] : out)
        if (member == "payment_id") value = json_text(order["x"]["payment"].get<std::string>());
    out.emplace_back("network", json_text(order["x"]["coin"].get<std::string>()));
    out.emplace_back("valid_until", json_text("2026-01-08T12:00:00.000Z"));
    return {201, {}, as_received(out), "application/json", Wire::answer};
}

}  // namespace sandbox::nowpayments
