#include "tools/sandbox/nowpayments/emulator.hpp"

namespace sandbox::nowpayments {
namespace {

constexpr int64_t kDepositFeeUnits = 10;  ///< prints as 1e-7

int64_t service_fee_units(int64_t pay_units) { return pay_units / 200; }

}  // namespace

/// The signature belongs to the body sorted; the sorted text is kept beside it as the first header.
Desk::Signer NowPayments::signer(const std::string&) const {
    return [](const std::string&, bool spoil) { return spoil ? Headers{{"x-nowpayments-sig", std::string(128, '0')}} : Headers{}; };
}

RawObject NowPayments::shown(const Json& order, bool with_fee) const {
    const Json& x = order["x"];
    const int64_t pay_units = x["pay_units"].get<int64_t>(), paid_units = x["paid_units"].get<int64_t>();
    const std::string coin = json_text(x["coin"].get<std::string>());
    const auto number = [](const Json& value) { return value.is_null() ? std::string("null") : value.get<std::string>(); };
    std::string currency = order["currency"].get<std::string>();
    for (char& c : currency) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
    RawObject out = {{"payment_id", number(x["payment"])}, {"parent_payment_id", number(x["parent"])}, {"invoice_id", number(x["invoice"])}, {"payment_status", json_text(x["status"].get<std::string>())}, {"pay_address", json_text(x["address"].get<std::string>())},
                     {"payin_extra_id", x["memo"].is_null() ? "null" : json_text(x["memo"].get<std::string>())}, {"price_amount", x["price_text"].get<std::string>()}, {"price_currency", json_text(currency)}, {"pay_amount", js_number(pay_units)},
                     {"actually_paid", js_number(paid_units)}, {"actually_paid_at_fiat", "0"}, {"pay_currency", coin}, {"order_id", order["reference"].get<std::string>().empty() ? "null" : json_text(order["reference"].get<std::string>())},
                     {"order_description", json_text(x["description"].get<std::string>())}, {"purchase_id", json_text("6" + x["payment"].get<std::string>().substr(1))}, {"outcome_amount", js_number(pay_units - service_fee_units(pay_units) - kDepositFeeUnits)}, {"outcome_currency", coin},
                     {"is_fee_paid_by_user", x["payer_bears"] == true ? "true" : "false"}};
    // JavaScript's order of the members of fee is not the sorted one.
    if (with_fee) out.emplace_back("fee", as_received({{"currency", coin}, {"depositFee", js_number(kDepositFeeUnits)}, {"withdrawalFee", "0"}, {"serviceFee", js_number(service_fee_units(pay_units))}}));
    return out;
}

void NowPayments::tell(const Json& order, const std::string& status) {
    Json now = order;
    now["x"]["status"] = status;
    RawObject body = shown(now, status == "finished");
    const std::string sent = as_received(body);
    for (auto& [member, value] : body) {
        if (member != "fee") continue;
        const int64_t units = order["x"]["pay_units"].get<int64_t>();
        value = as_signed({{"currency", json_text(order["x"]["coin"].get<std::string>())}, {"depositFee", js_number(kDepositFeeUnits)}, {"withdrawalFee", "0"}, {"serviceFee", js_number(service_fee_units(units))}});
    }
    Json headers = Json::object();
    if (!dials().bad_signature) headers["x-nowpayments-sig"] = hmac_hex("SHA512", kIpnKey, as_signed(body));
    send(sent, headers, "application/json", order["x"]["ipn"].get<std::string>());
}

void NowPayments::receive(Json& order, int64_t units, const std::string& last) {
    if (order["x"]["payment"].is_null()) choose_coin(order, "btc");
    order["x"]["paid_units"] = order["x"]["paid_units"].get<int64_t>() + units;
    for (const char* status : {"waiting", "confirming", "confirmed", "sending"})
        if (last == "finished" || status == std::string("confirming")) tell(order, status);
    order["x"]["status"] = last;
    const int64_t asked = order["x"]["pay_units"].get<int64_t>(), paid = order["x"]["paid_units"].get<int64_t>(), price = order["amount"].get<int64_t>();
    const auto worth = static_cast<int64_t>((static_cast<__int128>(price) * paid * 2 + asked) / (static_cast<__int128>(asked) * 2));
    order["captured"] = last == "finished" && paid <= asked ? price : worth;
    order["capture_id"] = order["x"]["payment"];
    order["fee"] = last != "finished" || order["x"]["payer_bears"] == true ? 0 : static_cast<int64_t>((static_cast<__int128>(price) * (service_fee_units(asked) + kDepositFeeUnits) * 2 + asked) / (static_cast<__int128>(asked) * 2));
    tell(order, last);
}

void NowPayments::pay(Json& order) {
    if (order["x"]["payment"].is_null()) choose_coin(order, "btc");
    const int64_t missing = order["x"]["pay_units"].get<int64_t>() - order["x"]["paid_units"].get<int64_t>();
    if (missing > 0) receive(order, missing, "finished");
}

void NowPayments::decline(Json& order) {
    if (order["x"]["payment"].is_null()) return;
    order["x"]["status"] = "failed";
    tell(order, "failed");
}

/// The shop's own act in the dashboard: there is no call for it.
Json NowPayments::refund(Json& order, int64_t, const Json&) {
    book_refund(order, "manual-" + order["x"]["payment"].get<std::string>(), order["captured"].get<int64_t>() - order["refunded"].get<int64_t>(), "succeeded");
    order["x"]["status"] = "refunded";
    tell(order, "refunded");
    return order;
}

void NowPayments::redeposit(const Json& order) {
    const Json x = order["x"];
    const std::string currency = order["currency"].get<std::string>();
    const int64_t amount = order["amount"].get<int64_t>();
    const std::string id = next_number();
    Json& again = open(id, "", amount, currency);
    again["x"] = x;
    again["x"].update({{"payment", id}, {"parent", x["payment"]}, {"invoice", nullptr}, {"paid_units", 0}});
    receive(again, x["pay_units"].get<int64_t>() / 2, "finished");
}

bool NowPayments::other_action(const std::string& action, Json& order, const Json& more) {
    if (action == "pay_part" || action == "pay_more") {
        if (order["x"]["payment"].is_null()) choose_coin(order, "btc");
        const int64_t units = order["x"]["pay_units"].get<int64_t>() * more.value("percent", 50) / 100;
        receive(order, units, action == "pay_part" ? "partially_paid" : "finished");
    } else if (action == "redeposit") {
        redeposit(Json(order));
    } else if (action == "expire") {
        order["x"]["status"] = "expired";
        tell(order, "expired");
    } else {
        return false;
    }
    return true;
}

Response NowPayments::page(const Request& request, const std::vector<std::string>& parts) {
    const std::string id = form_object(request.query).value("iid", parts.size() > 1 ? parts[1] : "");
    Json* order = find(id);
    if (!order) return html_response(404, "<p>No such invoice.</p>");
    const std::string path = request.base + "/sandbox.nowpayments.io/payment/" + id;
    if (request.method == "GET") return html_response(200, pay_page("NOWPayments", *order, path));
    const std::string action = parts.size() > 2 ? parts[2] : "";
    if (action == "pay") pay(*order);
    if (action == "decline") decline(*order);
    const std::string back = (*order)["x"].value(action == "pay" ? "success" : "cancel", "");
    const std::string mark = back.find('?') == std::string::npos ? "?" : "&";
    return redirect_to(action == "pay" ? back + mark + "NP_id=" + (*order)["x"]["payment"].get<std::string>() : back);
}

}  // namespace sandbox::nowpayments
