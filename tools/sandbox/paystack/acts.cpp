#include "tools/sandbox/paystack/emulator.hpp"

namespace sandbox::paystack {
namespace {

/// 1.5 %, and 100 naira from 2,500 on: 25000 of 1000000 kobo.
int64_t fee_of(int64_t amount, const std::string& currency) { return (amount * 15 + 500) / 1000 + (currency == "NGN" && amount >= 250000 ? 10000 : 0); }

}  // namespace

Desk::Signer Paystack::signer(const std::string&) const {
    return [](const std::string& body, bool spoil) { return Headers{{"x-paystack-signature", hmac_hex("SHA512", spoil ? "wrong" : kSecretKey, body)}}; };
}

/// The wire has hundredths of francs, the ledger francs.
Json Paystack::ledger() const {
    Json out = Desk::ledger();
    for (Json& row : out) {
        if (row["currency"] != "XOF") continue;
        for (const char* name : {"amount", "fee"}) row[name] = std::to_string((std::stoll(row[name].get<std::string>()) + 50) / 100);
    }
    return out;
}

void Paystack::emit(const std::string& event, const Json& data) { send(Json{{"event", event}, {"data", data}}.dump()); }

void Paystack::pay(Json& one) {
    if (one["captured"].get<int64_t>() > 0) return;
    const int64_t amount = one["amount"].get<int64_t>();
    const int64_t fees = fee_of(amount, one["currency"].get<std::string>());
    const bool payer_bears = one["x"].value("payer_bears", false);
    one["x"].update({{"status", "success"}, {"response", "Successful"}, {"fees", fees}, {"paid", payer_bears ? amount + fees : amount}});
    capture(one, amount, payer_bears ? 0 : fees, one["reference"].get<std::string>());
    Json told = shown(one);
    if (dials_.fee_delay_ms > 0) told["fees"] = nullptr;
    emit("charge.success", told);
}

/// No event tells of a failure, and the page may be tried again.
void Paystack::decline(Json& one) {
    if (one["captured"].get<int64_t>() == 0) one["x"].update({{"status", "failed"}, {"response", "Declined"}});
}

Json Paystack::refund(Json& one, int64_t amount, const Json& more) {
    const int64_t left = one["captured"].get<int64_t>() - one["refunded"].get<int64_t>();
    if (one["captured"].get<int64_t>() == 0) fail(400, "Transaction has not been paid");
    if (left == 0) fail(400, "Transaction has been fully reversed");
    if (amount == 0) amount = left;
    if (amount > left) fail(400, "Refund amount cannot be more than transaction amount");
    const int64_t id = next_number();
    book_refund(one, std::to_string(id), amount, "processed");
    const int64_t transaction = std::stoll(one["id"].get<std::string>());
    Json made = {{"id", id}, {"transaction", transaction}, {"integration", 400001}, {"deducted_amount", 0}, {"channel", nullptr}, {"merchant_note", more.value("merchant_note", Json("Refund"))}, {"customer_note", more.value("customer_note", Json(nullptr))},
                 {"status", "processed"}, {"refunded_by", "owner@example.com"}, {"currency", one["currency"]}, {"domain", "test"}, {"amount", amount}, {"fully_deducted", 1}};
    state_["refunds"].push_back(made);
    const std::string text = std::to_string(amount);
    for (const char* status : {"pending", "processed"})
        emit("refund." + std::string(status), {{"status", status}, {"transaction_reference", one["reference"]}, {"refund_reference", status == std::string("processed") ? Json(new_id("TRF_", 8)) : Json(nullptr)}, {"amount", text}, {"currency", one["currency"]}, {"domain", "test"}});
    // The answer to the request shows the transaction whole and the refund as it begins.
    made["transaction"] = {{"id", transaction}, {"domain", "test"}, {"reference", one["reference"]}, {"amount", one["amount"]}, {"currency", one["currency"]}};
    made["status"] = "pending";
    return made;
}

bool Paystack::other_action(const std::string& action, Json& one, const Json&) {
    const bool resolve = action == "dispute_won" || action == "dispute_lost";
    if (action == "payer_bears_fees") {
        one["x"]["payer_bears"] = true;
        return true;
    }
    if (action != "dispute_open" && !resolve) return false;
    if (!one["x"].contains("dispute")) one["x"]["dispute"] = next_number();
    emit(resolve ? "charge.dispute.resolve" : "charge.dispute.create",
         {{"id", one["x"]["dispute"]}, {"domain", "test"}, {"status", resolve ? "resolved" : "awaiting-merchant-feedback"}, {"resolution", !resolve ? Json(nullptr) : Json(action == "dispute_lost" ? "merchant-accepted" : "declined")},
          {"refund_amount", one["captured"]}, {"currency", one["currency"]}, {"transaction", shown(one)}});
    return true;
}

Response Paystack::page(const Request& request, const std::vector<std::string>& parts) {
    Json* one = parts.empty() ? nullptr : find(parts[0]);
    if (!one) return html_response(404, "<p>No such transaction.</p>");
    const std::string path = request.base + "/checkout.paystack.com/" + parts[0];
    if (request.method == "GET") return html_response(200, pay_page("Paystack", *one, path));
    const std::string action = parts.size() > 1 ? parts[1] : "";
    const std::string reference = (*one)["reference"].get<std::string>();
    if (action == "decline") {
        decline(*one);
        return html_response(402, pay_page("Paystack", *one, path) + "<p>Declined.</p>");
    }
    if (action == "pay") pay(*one);
    const Json& metadata = (*one)["x"]["metadata"];
    if (action == "cancel" && metadata.is_object() && metadata.contains("cancel_action")) return redirect_to(metadata["cancel_action"].get<std::string>());
    const std::string callback = (*one)["x"]["callback"].get<std::string>();
    return redirect_to(callback + (callback.find('?') == std::string::npos ? "?" : "&") + "trxref=" + reference + "&reference=" + reference);
}

}  // namespace sandbox::paystack
