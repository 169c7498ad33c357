#include "tools/sandbox/stripe/emulator.hpp"

namespace sandbox::stripe {
namespace {

/// 2.9 % + 30, rounded half up: 61 of 1059.
int64_t fee_of(int64_t amount, const std::string& currency) {
    const int64_t fixed = decimals_of(currency) == 0 ? 30 : decimals_of(currency) == 3 ? 300 : 30;
    return (amount * 29 + 500) / 1000 + fixed;
}

}  // namespace

Json Stripe::intents(const std::string& method, const std::vector<std::string>& parts, Form& form) {
    if (parts.size() == 2 && method == "POST") return create_intent(form);
    if (parts.size() < 3) fail(404, "Unrecognized request URL.");
    if (parts.size() == 3) return shown(need("intents", parts[2], "payment_intent"), form);
    if (method == "POST" && parts[3] == "capture") return capture_intent(parts[2], form);
    if (method == "POST" && parts[3] == "cancel") return cancel_intent(parts[2], form.text("cancellation_reason"));
    fail(404, "Unrecognized request URL.");
}

Json Stripe::create_intent(Form& form) {
    const int64_t amount = form.need_integer("amount");
    if (amount < 50) fail(400, "Amount must be at least 50 cents.", "amount_too_small", "amount");
    const std::string id = new_id("pi_");
    Json& intent = state_["intents"][id];
    intent = {{"id", id}, {"object", "payment_intent"}, {"amount", amount}, {"amount_capturable", 0}, {"amount_received", 0}, {"cancellation_reason", nullptr},
              {"capture_method", form.text("capture_method") == "manual" ? "manual" : "automatic"}, {"client_secret", id + "_secret_" + new_id("")}, {"created", now_s()}, {"currency", form.need("currency")},
              {"description", form.text("description")}, {"last_payment_error", nullptr}, {"latest_charge", nullptr}, {"livemode", false}, {"metadata", form.object("metadata")},
              {"receipt_email", form.text("receipt_email")}, {"status", "requires_payment_method"}};
    form.list("payment_method_types");
    emit("payment_intent.created", intent);
    return expanded(intent, form.list("expand"));
}

Json& Stripe::charge_intent(Json& intent, bool capture) {
    const std::string id = new_id("ch_");
    const int64_t amount = intent["amount"].get<int64_t>();
    state_["charges"][id] = {{"id", id}, {"object", "charge"}, {"amount", amount}, {"amount_captured", 0}, {"amount_refunded", 0}, {"balance_transaction", nullptr}, {"captured", false},
                             {"created", now_s()}, {"currency", intent["currency"]}, {"disputed", false}, {"failure_code", nullptr}, {"livemode", false}, {"metadata", intent["metadata"]},
                             {"outcome", {{"network_status", "approved_by_network"}, {"type", "authorized"}}}, {"paid", true}, {"payment_intent", intent["id"]}, {"refunded", false}, {"status", "succeeded"}};
    Json& charge = state_["charges"][id];
    intent["latest_charge"] = id;
    intent["last_payment_error"] = nullptr;
    if (capture) {
        settle_charge(charge, amount);
        intent["status"] = "succeeded";
        intent["amount_received"] = amount;
    } else {
        intent["status"] = "requires_capture";
        intent["amount_capturable"] = amount;
    }
    emit("charge.succeeded", charge);
    return charge;
}

void Stripe::settle_charge(Json& charge, int64_t amount) {
    charge["captured"] = true;
    charge["amount_captured"] = amount;
    const std::string id = new_id("txn_");
    const int64_t fee = fee_of(amount, charge["currency"].get<std::string>());
    state_["txns"][id] = {{"id", id}, {"object", "balance_transaction"}, {"amount", amount}, {"created", now_s()}, {"currency", charge["currency"]}, {"exchange_rate", nullptr}, {"fee", fee},
                          {"net", amount - fee}, {"reporting_category", "charge"}, {"source", charge["id"]}, {"status", "pending"}, {"type", "charge"}};
    if (dials_.fee_delay_ms > 0) charge["x_fee_at"] = now_s() * 1000 + dials_.fee_delay_ms;
    if (dials_.fee_delay_ms > 0) charge["x_txn"] = id;
    else charge["balance_transaction"] = id;
}

/// Balance transactions whose time has come appear on their charges, and Stripe says so.
void Stripe::make_fees_known() {
    for (auto& [id, charge] : state_["charges"].items()) {
        if (!charge.contains("x_fee_at") || charge["x_fee_at"].get<int64_t>() > now_s() * 1000) continue;
        charge["balance_transaction"] = charge["x_txn"];
        charge.erase("x_fee_at");
        emit("charge.updated", charge, {{"balance_transaction", nullptr}});
    }
}

Json Stripe::capture_intent(const std::string& id, Form& form) {
    Json& intent = need("intents", id, "payment_intent");
    const std::vector<std::string> expand = form.list("expand");
    if (intent["status"] != "requires_capture")
        throw ApiError{400, {{"type", "invalid_request_error"}, {"code", "payment_intent_unexpected_state"}, {"message", "This PaymentIntent could not be captured because it has a status of " + intent["status"].get<std::string>() + "."}, {"payment_intent", intent}}};
    const int64_t most = intent["amount_capturable"].get<int64_t>();
    const int64_t amount = form.integer("amount_to_capture", most);
    if (amount <= 0 || amount > most) fail(400, "The amount to capture is greater than the amount that can be captured.", "amount_too_large", "amount_to_capture");
    Json& charge = state_["charges"][intent["latest_charge"].get<std::string>()];
    settle_charge(charge, amount);
    intent["status"] = "succeeded";
    intent["amount_received"] = amount;
    intent["amount_capturable"] = 0;
    emit("charge.captured", charge);
    emit("payment_intent.succeeded", intent);
    return expanded(intent, expand);
}

Json Stripe::cancel_intent(const std::string& id, const std::string& reason) {
    Json& intent = need("intents", id, "payment_intent");
    if (intent["status"] == "succeeded" || intent["status"] == "canceled")
        throw ApiError{400, {{"type", "invalid_request_error"}, {"code", "payment_intent_unexpected_state"}, {"message", "You cannot cancel this PaymentIntent because it has a status of " + intent["status"].get<std::string>() + "."}, {"payment_intent", intent}}};
    intent["status"] = "canceled";
    intent["amount_capturable"] = 0;
    intent["cancellation_reason"] = reason.empty() ? Json(nullptr) : Json(reason);
    emit("payment_intent.canceled", intent);
    return intent;
}

}  // namespace sandbox::stripe
