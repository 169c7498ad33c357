#include "tools/sandbox/stripe/emulator.hpp"

namespace sandbox::stripe {
namespace {

Json movement(int64_t amount, int64_t fee, const Json& currency) { return {{"amount", amount}, {"fee", fee}, {"net", amount - fee}, {"currency", currency}}; }

}  // namespace

void Stripe::open_dispute(const std::string& charge_id) {
    Json& charge = need("charges", charge_id, "charge");
    const int64_t amount = charge["amount_captured"].get<int64_t>() - charge["amount_refunded"].get<int64_t>();
    const std::string id = new_id("dp_");
    charge["disputed"] = true;
    state_["disputes"][id] = {{"id", id}, {"object", "dispute"}, {"amount", amount}, {"balance_transactions", Json::array({movement(-amount, 1500, charge["currency"])})}, {"charge", charge_id}, {"created", now_s()},
                              {"currency", charge["currency"]}, {"livemode", false}, {"payment_intent", charge["payment_intent"]}, {"reason", "fraudulent"}, {"status", "needs_response"}};
    emit("charge.dispute.created", state_["disputes"][id]);
    emit("charge.dispute.funds_withdrawn", state_["disputes"][id]);
}

void Stripe::close_dispute(const std::string& charge_id, bool won) {
    for (auto& [id, dispute] : state_["disputes"].items()) {
        if (dispute["charge"] != charge_id || dispute["status"] == "won" || dispute["status"] == "lost") continue;
        dispute["status"] = won ? "won" : "lost";
        if (won) {
            dispute["balance_transactions"].push_back(movement(dispute["amount"].get<int64_t>(), 0, dispute["currency"]));
            state_["charges"][charge_id]["disputed"] = false;
            emit("charge.dispute.funds_reinstated", dispute);
        }
        emit("charge.dispute.closed", dispute);
    }
}

/// {action, payment: pi_|cs_|ch_ id, or reference: ours, amount?}
Response Stripe::act(const Json& action) {
    const std::string what = action.at("action").get<std::string>();
    try {
        std::string session, intent, charge;
        const std::string wanted = action.value("payment", action.value("reference", std::string()));
        for (const auto& [id, s] : state_["sessions"].items())
            if (id == wanted || s["client_reference_id"] == wanted || s["payment_intent"] == wanted) session = id;
        if (!session.empty() && state_["sessions"][session]["payment_intent"].is_string()) intent = state_["sessions"][session]["payment_intent"].get<std::string>();
        if (session.empty())
            for (const auto& [id, i] : state_["intents"].items())
                if (id == wanted || i["metadata"].value("reference", "") == wanted) intent = id;
        if (!intent.empty() && state_["intents"][intent]["latest_charge"].is_string()) charge = state_["intents"][intent]["latest_charge"].get<std::string>();
        if (what == "refund_failed") fail_refund(wanted);
        else if (session.empty() && intent.empty()) fail(404, "No such payment: '" + wanted + "'", "resource_missing");
        else if (session.empty() && (what == "pay" || what == "decline")) confirm_intent(state_["intents"][intent], what == "pay");
        else if (what == "pay") pay_session(session);
        else if (what == "decline") decline_session(session);
        else if (what == "expire") expire_session(session);
        else if (what == "refund") return json_response(200, refund(charge, action.value("amount", int64_t{0}), "", Json::object()));
        else if (what == "dispute_open") open_dispute(charge);
        else if (what == "dispute_won") close_dispute(charge, true);
        else if (what == "dispute_lost") close_dispute(charge, false);
        else if (what == "capture") {
            Form form("amount_to_capture=" + std::to_string(action.value("amount", state_["intents"][intent]["amount_capturable"].get<int64_t>())));
            capture_intent(intent, form);
        } else fail(400, "There is no action " + what + ".");
        const Json now = session.empty() ? (intent.empty() ? Json(nullptr) : Json(intent)) : state_["sessions"][session]["payment_intent"];
        return json_response(200, {{"session", session}, {"payment_intent", now}});
    } catch (const ApiError& e) {
        return json_response(e.status, {{"error", e.error}});
    }
}

Json Stripe::ledger() const {
    std::map<std::string, int64_t> fees;
    for (const auto& [id, txn] : state_["txns"].items())
        if (txn["source"].is_string()) fees[txn["source"].get<std::string>()] = txn["fee"].get<int64_t>();
    Json out = Json::array();
    for (const auto& [id, charge] : state_["charges"].items()) {
        if (charge["captured"] != true) continue;
        const std::string currency = charge["currency"].get<std::string>();
        const int decimals = decimals_of(currency);
        const int64_t fee = fees[id];
        std::string upper = currency;
        for (char& c : upper) c = static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
        out.push_back({{"id", charge["payment_intent"]}, {"kind", "payment"}, {"reference", charge["metadata"].value("reference", Json(nullptr))}, {"amount", decimal(charge["amount_captured"].get<int64_t>(), decimals)},
                       {"currency", upper}, {"fee", decimal(fee, decimals)}, {"at", charge["created"]}, {"payment", charge["payment_intent"]}, {"status", "succeeded"}});
    }
    for (const auto& [id, refund] : state_["refunds"].items()) {
        const std::string currency = refund["currency"].get<std::string>();
        std::string upper = currency;
        for (char& c : upper) c = static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
        out.push_back({{"id", id}, {"kind", "refund"}, {"reference", refund["metadata"].value("reference", Json(nullptr))}, {"amount", decimal(refund["amount"].get<int64_t>(), decimals_of(currency))},
                       {"currency", upper}, {"fee", "0"}, {"at", refund["created"]}, {"payment", refund["payment_intent"]}, {"status", refund["status"]}});
    }
    return out;
}

}  // namespace sandbox::stripe
