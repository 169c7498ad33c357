#include "tools/sandbox/razorpay/emulator.hpp"

namespace sandbox::razorpay {

/// The same key with the same body gives the first refund again; with another body it is refused.
Json Razorpay::refund_attempt(const Request& request, const std::string& payment_id) {
    const std::string key = request.header("X-Refund-Idempotency");
    Json& keys = state_["keys"];
    if (!key.empty() && keys.contains(key)) {
        if (keys[key]["body"] != request.body) fail(400, "Different request with the same idempotency key has already been processed.");
        return keys[key]["refund"];
    }
    Json* order = find(payment_id);
    const Json body = request.body.empty() ? Json::object() : Json::parse(request.body);
    const Json made = refund(*order, body.value("amount", int64_t{0}), body);
    if (!key.empty()) keys[key] = {{"body", request.body}, {"refund", made}};
    return made;
}

Json Razorpay::refund(Json& order, int64_t amount, const Json& more) {
    const int64_t left = order["captured"].get<int64_t>() - order["refunded"].get<int64_t>();
    if (order["captured"].get<int64_t>() == 0) fail(400, "The payment status should be captured for action to be taken");
    if (left == 0) fail(400, "The payment has been fully refunded already");
    if (amount == 0) amount = left;
    if (amount > left) fail(400, "The refund amount provided is greater than amount captured", "amount");
    const std::string id = new_id("rfnd_", 14);
    book_refund(order, id, amount, "processed");
    for (Json& attempt : order["x"]["attempts"])
        if (attempt["id"] == order["capture_id"]) {
            attempt["amount_refunded"] = order["refunded"];
            attempt["refund_status"] = amount == left ? "full" : "partial";
            if (amount == left) attempt["status"] = "refunded";
        }
    const Json made = {{"id", id}, {"entity", "refund"}, {"amount", amount}, {"currency", order["currency"]}, {"payment_id", order["capture_id"]}, {"notes", more.value("notes", Json::array())},
                       {"receipt", more.value("receipt", Json(nullptr))}, {"acquirer_data", {{"arn", nullptr}}}, {"created_at", now_s()}, {"status", "processed"}, {"speed_requested", "normal"}, {"speed_processed", "normal"}};
    state_["refunds"].push_back(made);
    for (const Json& attempt : order["x"]["attempts"])
        if (attempt["id"] == order["capture_id"])
            for (const char* event : {"refund.created", "refund.processed"}) emit(event, {{"refund", {{"entity", made}}}, {"payment", {{"entity", attempt}}}});
    return made;
}

void Razorpay::dispute(Json& order, const std::string& status) {
    if (order["x"].value("dispute", "").empty()) order["x"]["dispute"] = new_id("disp_", 14);
    const Json entity = {{"id", order["x"]["dispute"]}, {"entity", "dispute"}, {"payment_id", order["capture_id"]}, {"amount", order["captured"]}, {"amount_deducted", status == "open" ? Json(0) : order["captured"]},
                         {"currency", order["currency"]}, {"status", status}, {"reason_code", "goods_not_received"}, {"phase", "chargeback"}, {"created_at", now_s()}};
    emit("payment.dispute." + std::string(status == "open" ? "created" : status), {{"dispute", {{"entity", entity}}}});
}

bool Razorpay::other_action(const std::string& action, Json& order, const Json&) {
    if (action == "dispute_open") dispute(order, "open");
    else if (action == "dispute_lost") dispute(order, "lost");
    else if (action == "dispute_won") dispute(order, "won");
    else return false;
    return true;
}

}  // namespace sandbox::razorpay
