#include "tools/sandbox/paymongo/emulator.hpp"

namespace sandbox::paymongo {

std::string signature_header(const std::string& secret, int64_t at_s, const std::string& body) {
    return "t=" + std::to_string(at_s) + ",te=" + hmac_hex("SHA256", secret, std::to_string(at_s) + "." + body) + ",li=";
}

Desk::Signer PayMongo::signer(const std::string& url) const {
    std::string secret = kWebhookSecret;
    for (const Json& one : state_.at("webhooks"))
        if (one["attributes"]["url"] == url) secret = one["attributes"]["secret_key"].get<std::string>();
    return [secret](const std::string& body, bool spoil) { return Headers{{"Paymongo-Signature", signature_header(spoil ? "wrong" : secret, now_s(), body)}}; };
}

void PayMongo::emit(const std::string& event, const Json& resource) {
    const std::string body = Json{{"data", {{"id", new_id("evt_", 24)}, {"type", "event"}, {"attributes", {{"type", event}, {"livemode", false}, {"data", resource}, {"previous_data", Json::object()}, {"created_at", now_s()}, {"updated_at", now_s()}}}}}}.dump();
    send(body);
    for (const Json& one : state_["webhooks"]) {
        bool known = false;
        for (const auto& [name, url] : state_["hooks"].items()) known = known || url == one["attributes"]["url"];
        if (!known && one["attributes"]["status"] == "enabled") send(body, Json::object(), "application/json", one["attributes"]["url"].get<std::string>());
    }
}

Json PayMongo::shown_payment(const Json& page) const {
    Json refunds = Json::array();
    for (const Json& one : state_.at("refunds"))
        if (one["attributes"]["payment_id"] == page["capture_id"]) refunds.push_back(one);
    const bool link = page["x"]["kind"] == "link";
    return {{"id", page["capture_id"]}, {"type", "payment"}, {"attributes", {{"amount", page["captured"]}, {"currency", "PHP"}, {"fee", page["fee"]}, {"net_amount", page["captured"].get<int64_t>() - page["fee"].get<int64_t>()}, {"status", "paid"}, {"livemode", false},
             {"source", {{"id", "src_emulated"}, {"type", "gcash"}}}, {"payment_intent_id", page["x"]["intent"]}, {"external_reference_number", link ? Json("LNK" + page["id"].get<std::string>().substr(5, 7)) : Json(nullptr)},
             {"billing", {{"name", "Sandbox Payer"}, {"email", "payer@example.com"}}}, {"disputed", page["x"].value("disputed", false)}, {"refunds", refunds}, {"metadata", page["x"]["attributes"].value("metadata", Json(nullptr))}, {"paid_at", page["at"]}, {"created_at", page["at"]}}}};
}

/// A paid session stays "active".
Json PayMongo::shown(const Json& page) const {
    const bool paid = page["captured"].get<int64_t>() > 0;
    Json list = page["x"]["payments"];
    if (paid) list.push_back(shown_payment(page));
    if (page["x"]["kind"] == "link") {
        Json wrapped = Json::array();
        for (const Json& one : list) wrapped.push_back({{"data", one}});
        return {{"id", page["id"]}, {"type", "link"}, {"attributes", {{"amount", page["amount"]}, {"archived", page["status"] == "archived"}, {"currency", "PHP"}, {"description", page["x"]["attributes"]["description"]}, {"livemode", false}, {"status", paid ? "paid" : "unpaid"},
                 {"remarks", page["reference"]}, {"reference_number", "LNK" + page["id"].get<std::string>().substr(5, 7)}, {"checkout_url", "https://checkout.paymongo.com/" + page["id"].get<std::string>()}, {"payments", wrapped}, {"created_at", page["at"]}}}};
    }
    const Json& given = page["x"]["attributes"];
    return {{"id", page["id"]}, {"type", "checkout_session"}, {"attributes", {{"billing", nullptr}, {"cancel_url", given.value("cancel_url", Json(nullptr))}, {"checkout_url", "https://checkout.paymongo.com/" + page["id"].get<std::string>()}, {"description", given.value("description", Json(nullptr))},
             {"line_items", given["line_items"]}, {"livemode", false}, {"paid_at", paid ? page["at"] : Json(nullptr)}, {"payments", list}, {"payment_intent", {{"id", page["x"]["intent"]}, {"type", "payment_intent"}, {"attributes", {{"amount", page["amount"]}, {"status", paid ? "succeeded" : "awaiting_payment_method"}}}}},
             {"payment_method_types", given["payment_method_types"]}, {"reference_number", page["reference"]}, {"status", page["status"] == "expired" ? "expired" : "active"}, {"success_url", given.value("success_url", Json(nullptr))}, {"created_at", page["at"]}, {"metadata", given.value("metadata", Json(nullptr))}}}};
}

void PayMongo::pay(Json& page) {
    if (page["captured"].get<int64_t>() > 0 || page["status"] == "expired" || page["status"] == "archived") return;
    const int64_t amount = page["amount"].get<int64_t>();
    capture(page, amount, (amount * 25 + 500) / 1000, new_id("pay_", 24));
    emit("payment.paid", shown_payment(page));
    emit(page["x"]["kind"] == "link" ? "link.payment.paid" : "checkout_session.payment.paid", shown(page));
}

void PayMongo::decline(Json& page) {
    const Json failed = {{"id", new_id("pay_", 24)}, {"type", "payment"}, {"attributes", {{"amount", page["amount"]}, {"currency", "PHP"}, {"status", "failed"}, {"livemode", false}, {"failed_code", "generic_decline"}, {"failed_message", "The payment failed."}, {"payment_intent_id", page["x"]["intent"]}, {"refunds", Json::array()}, {"metadata", page["x"]["attributes"].value("metadata", Json(nullptr))}, {"created_at", now_s()}}}};
    page["x"]["payments"].push_back(failed);
    emit("payment.failed", failed);
}

void PayMongo::cancel(Json& page) { page["status"] = "expired"; }

Json PayMongo::refund(Json& page, int64_t amount, const Json& more) {
    const int64_t left = page["captured"].get<int64_t>() - page["refunded"].get<int64_t>();
    if (page["captured"].get<int64_t>() == 0) fail(400, "resource_failed_state", "The payment is not paid.");
    if (page["x"]["kind"] == "link") fail(400, "payment_method_not_allowed", "Payments over the counter cannot be refunded.");
    if (amount == 0) amount = left;
    if (amount > left) fail(400, "parameter_above_maximum", "The value for amount cannot be more than " + std::to_string(left) + ".", "amount");
    if (amount < 100) fail(400, "parameter_below_minimum", "The value for amount cannot be less than 100.", "amount");
    const std::string id = new_id("ref_", 24);
    book_refund(page, id, amount, "succeeded");
    Json made = {{"id", id}, {"type", "refund"}, {"attributes", {{"amount", amount}, {"currency", "PHP"}, {"livemode", false}, {"metadata", more.value("metadata", Json(nullptr))}, {"notes", more.value("notes", Json(nullptr))}, {"payment_id", page["capture_id"]}, {"payout_id", nullptr}, {"reason", more.value("reason", "others")}, {"status", "succeeded"}, {"created_at", now_s()}, {"updated_at", now_s()}}}};
    state_["refunds"].push_back(made);
    emit("payment.refunded", shown_payment(page));
    emit("payment.refund.updated", made);
    made["attributes"]["status"] = "pending";
    return made;
}

bool PayMongo::other_action(const std::string& action, Json& page, const Json&) {
    if (action != "dispute_open") return false;
    page["x"]["disputed"] = true;
    emit("dispute.created", shown_payment(page));
    return true;
}

Response PayMongo::page(const Request& request, const std::vector<std::string>& parts) {
    Json* found = parts.empty() ? nullptr : find(parts[0]);
    if (!found) return html_response(404, "<p>No such page.</p>");
    const std::string path = request.base + "/checkout.paymongo.com/" + parts[0];
    const std::string action = parts.size() > 1 ? parts[1] : "";
    if (request.method == "GET") return html_response(200, pay_page("PayMongo", *found, path));
    if (action == "decline") {
        decline(*found);
        return html_response(402, pay_page("PayMongo", *found, path) + "<p>The payment failed.</p>");
    }
    if (action == "pay") pay(*found);
    const Json& given = (*found)["x"]["attributes"];
    const std::string back = given.value(action == "pay" ? "success_url" : "cancel_url", "");
    return back.empty() ? html_response(200, "<p>Thank you.</p>") : redirect_to(back);
}

}  // namespace sandbox::paymongo
