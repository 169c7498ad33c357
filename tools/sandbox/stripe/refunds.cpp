#include "tools/sandbox/stripe/emulator.hpp"

namespace sandbox::stripe {

Json Stripe::refunds(const std::string& method, const std::vector<std::string>& parts, Form& form) {
    if (parts.size() == 3) return shown(need("refunds", parts[2], "refund"), form);
    if (method != "POST") {
        const std::string intent = form.text("payment_intent");
        const std::string charge = form.text("charge");
        return list("refunds", "/v1/refunds", form, [&](const Json& r) { return (intent.empty() || r["payment_intent"] == intent) && (charge.empty() || r["charge"] == charge); });
    }
    std::string charge = form.text("charge");
    const std::string intent = form.text("payment_intent");
    if (charge.empty() && intent.empty()) fail(400, "One of the following params should be provided for this request: payment_intent or charge.", "parameter_missing");
    if (charge.empty()) {
        const Json& found = need("intents", intent, "payment_intent");
        if (!found["latest_charge"].is_string()) fail(400, "This PaymentIntent does not have a successful charge to refund.");
        charge = found["latest_charge"].get<std::string>();
    }
    const std::string reason = form.text("reason");
    return refund(charge, form.integer("amount", 0), reason, form.object("metadata"));
}

Json Stripe::refund(const std::string& charge_id, int64_t amount, const std::string& reason, const Json& metadata) {
    Json& charge = need("charges", charge_id, "charge");
    const int64_t left = charge["amount_captured"].get<int64_t>() - charge["amount_refunded"].get<int64_t>();
    if (charge["disputed"] == true) fail(400, "This charge has been charged back; it cannot be refunded.", "charge_disputed");
    if (left <= 0) fail(400, "Charge " + charge_id + " has already been refunded.", "charge_already_refunded");
    if (amount == 0) amount = left;
    if (amount > left) fail(400, "Refund amount (" + std::to_string(amount) + ") is greater than unrefunded amount on charge (" + std::to_string(left) + ")", "", "amount");
    const int64_t before = charge["amount_refunded"].get<int64_t>();
    const std::string id = new_id("re_");
    const std::string txn = new_id("txn_");
    state_["txns"][txn] = {{"id", txn}, {"object", "balance_transaction"}, {"amount", -amount}, {"created", now_s()}, {"currency", charge["currency"]}, {"exchange_rate", nullptr}, {"fee", 0}, {"net", -amount}, {"source", id}, {"type", "refund"}};
    state_["refunds"][id] = {{"id", id}, {"object", "refund"}, {"amount", amount}, {"balance_transaction", txn}, {"charge", charge_id}, {"created", now_s()}, {"currency", charge["currency"]},
                             {"metadata", metadata}, {"payment_intent", charge["payment_intent"]}, {"reason", reason.empty() ? Json(nullptr) : Json(reason)}, {"status", "succeeded"}};
    charge["amount_refunded"] = before + amount;
    charge["refunded"] = charge["amount_refunded"] == charge["amount_captured"];
    emit("refund.created", state_["refunds"][id]);
    emit("charge.refunded", charge, {{"amount_refunded", before}});
    return state_["refunds"][id];
}

void Stripe::fail_refund(const std::string& id) {
    Json& refund = need("refunds", id, "refund");
    if (refund["status"] == "failed") return;
    refund["status"] = "failed";
    refund["failure_reason"] = "lost_or_stolen_card";
    Json& charge = state_["charges"][refund["charge"].get<std::string>()];
    charge["amount_refunded"] = charge["amount_refunded"].get<int64_t>() - refund["amount"].get<int64_t>();
    charge["refunded"] = false;
    emit("refund.failed", refund);
    emit("charge.refund.updated", refund);
}

}  // namespace sandbox::stripe
