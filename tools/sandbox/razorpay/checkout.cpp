#include "tools/sandbox/razorpay/emulator.hpp"

namespace sandbox::razorpay {
namespace {

/// 2 % and 18 % GST on it, rounded half up: 1180 of 50000.
int64_t fee_of(int64_t amount) {
    const int64_t fee = (amount * 2 + 50) / 100;
    return fee + (fee * 18 + 50) / 100;
}

std::string hidden(const std::string& name, const std::string& value) { return "<input type=\"hidden\" name=\"" + name + "\" value=\"" + html_escaped(value) + "\">"; }

/// Checkout hands its result to the shop by a form the browser posts.
Response back_to(const std::string& callback, const std::string& inputs) {
    return html_response(200, "<!doctype html><html lang=\"en\"><title>Back to the shop</title><form id=\"callback\" method=\"post\" action=\"" + html_escaped(callback) + "\">" + inputs +
                                  "<button>Back to the shop</button></form><script>document.forms[0].submit()</script></html>");
}

}  // namespace

Desk::Signer Razorpay::signer(const std::string&) const {
    return [](const std::string& body, bool spoil) {
        return Headers{{"X-Razorpay-Signature", hmac_hex("SHA256", spoil ? "wrong" : kWebhookSecret, body)}, {"User-Agent", "Razorpay-Webhook/v1"}};
    };
}

void Razorpay::emit(const std::string& event, const Json& payload) {
    Json contains = Json::array();
    for (const auto& [name, entity] : payload.items()) contains.push_back(name);
    send(Json{{"entity", "event"}, {"account_id", "acc_TurnpikeTest01"}, {"event", event}, {"contains", contains}, {"payload", payload}, {"created_at", now_s()}}.dump(),
         {{"x-razorpay-event-id", new_id("", 14)}});
}

Json& Razorpay::new_attempt(Json& order, const std::string& status) {
    const std::string id = new_id("pay_", 14);
    name(order, id);
    order["x"]["attempts"].push_back(
        {{"id", id}, {"entity", "payment"}, {"amount", order["amount"]}, {"currency", order["currency"]}, {"status", status}, {"order_id", order["id"]}, {"invoice_id", nullptr}, {"international", order["currency"] != "INR"},
         {"method", "upi"}, {"amount_refunded", 0}, {"refund_status", nullptr}, {"captured", false}, {"description", nullptr}, {"card_id", nullptr}, {"vpa", "payer@upi"}, {"email", "payer@example.com"},
         {"contact", "+919000090000"}, {"notes", order["x"]["notes"]}, {"fee", nullptr}, {"tax", nullptr}, {"error_code", nullptr}, {"error_description", nullptr}, {"error_reason", nullptr}, {"created_at", now_s()}});
    return order["x"]["attempts"].back();
}

void Razorpay::take(Json& order, Json& attempt) {
    const int64_t amount = attempt["amount"].get<int64_t>();
    const int64_t fee = fee_of(amount);
    attempt["captured"] = true;
    attempt["status"] = "captured";
    attempt["fee"] = fee;
    attempt["tax"] = fee - (amount * 2 + 50) / 100;
    if (order["currency"] != "INR") attempt.update({{"base_amount", amount * 83}, {"base_currency", "INR"}, {"fee", fee * 83}});
    capture(order, amount, fee, attempt["id"].get<std::string>());
    emit("payment.captured", {{"payment", {{"entity", attempt}}}});
    emit("order.paid", {{"payment", {{"entity", attempt}}}, {"order", {{"entity", shown_order(order)}}}});
}

void Razorpay::pay(Json& order) {
    if (order["captured"].get<int64_t>() > 0) return;
    Json& attempt = new_attempt(order, "authorized");
    emit("payment.authorized", {{"payment", {{"entity", attempt}}}});
    order["status"] = "authorized";
    if (order["x"]["manual"] != true) take(order, attempt);
}

void Razorpay::decline(Json& order) {
    Json& attempt = new_attempt(order, "failed");
    attempt.update({{"error_code", "BAD_REQUEST_ERROR"}, {"error_description", "Your payment has been declined by the bank."}, {"error_source", "bank"}, {"error_step", "payment_authorization"}, {"error_reason", "payment_failed"}});
    emit("payment.failed", {{"payment", {{"entity", attempt}}}});
}

/// The page Checkout is: /v1/checkout/pay/{order}, and what its buttons post to below it.
Response Razorpay::page(const Request& request, const std::vector<std::string>& parts) {
    Json* order = parts.size() > 3 ? find(parts[3]) : nullptr;
    if (!order) return html_response(404, "<p>No such order.</p>");
    const std::string callback = form_object(request.query).value("callback_url", (*order)["x"].value("callback", ""));
    if (!callback.empty()) (*order)["x"]["callback"] = callback;
    if (request.method == "GET") return html_response(200, pay_page("Razorpay", *order, request.base + "/api.razorpay.com/v1/checkout/pay/" + parts[3]));
    const std::string action = parts.size() > 4 ? parts[4] : "";
    if (action == "pay") {
        pay(*order);
        const std::string id = (*order)["x"]["attempts"].back()["id"].get<std::string>();
        return back_to(callback, hidden("razorpay_payment_id", id) + hidden("razorpay_order_id", parts[3]) + hidden("razorpay_signature", hmac_hex("SHA256", kKeySecret, parts[3] + "|" + id)));
    }
    if (action == "decline") decline(*order);
    return back_to(callback, hidden("error[code]", "BAD_REQUEST_ERROR") + hidden("error[reason]", action == "decline" ? "payment_failed" : "payment_cancelled"));
}

/// The form a shop without scripts posts.
Response Razorpay::embedded(const Request& request) {
    const Json form = form_object(request.body);
    Json* order = find(form.value("order_id", ""));
    if (form.value("key_id", "") != kKeyId || !order) return html_response(400, "<p>Unknown key or order.</p>");
    (*order)["x"]["callback"] = form.value("callback_url", "");
    return html_response(200, pay_page("Razorpay", *order, request.base + "/api.razorpay.com/v1/checkout/pay/" + (*order)["id"].get<std::string>()));
}

}  // namespace sandbox::razorpay
