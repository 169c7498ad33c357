#include "tools/sandbox/paypal/express.hpp"

namespace sandbox::paypal {
namespace {

int64_t given_minor(const Json& in, int64_t otherwise, const std::string& currency) {
    const std::string text = in.value("AMT", "");
    if (text.empty()) return otherwise;
    std::string digits;
    for (const char c : text)
        if (c != '.') digits += c;
    return std::stoll(digits) * (has_no_decimals(currency) && currency != "JPY" ? 100 : 1);
}

}  // namespace

Fields Express::capture_authorization(const Json& in) {
    Json& one = checkout_of(in, "AUTHORIZATIONID");
    const std::string currency = one["currency"].get<std::string>();
    if (one["status"] == "voided") throw NvpError{"10600", "Authorization voided"};
    if (one["captured"].get<int64_t>() > 0) throw NvpError{"10602", "Authorization has already been completed"};
    const int64_t amount = given_minor(in, one["amount"].get<int64_t>(), currency);
    if (amount * 100 > one["amount"].get<int64_t>() * 115) throw NvpError{"10610", "Amount specified exceeds allowable limit"};
    const std::string id = transaction_id();
    take(one, amount, id);
    return {{"AUTHORIZATIONID", one["x"]["authorization"].get<std::string>()}, {"TRANSACTIONID", id}, {"PARENTTRANSACTIONID", one["x"]["authorization"].get<std::string>()}, {"AMT", amount_text(amount, currency)}, {"FEEAMT", amount_text(one["fee"].get<int64_t>(), currency)},
            {"CURRENCYCODE", currency}, {"PAYMENTSTATUS", "Completed"}, {"PENDINGREASON", "None"}};
}

Fields Express::void_authorization(const Json& in) {
    Json& one = checkout_of(in, "AUTHORIZATIONID");
    if (one["captured"].get<int64_t>() > 0) throw NvpError{"10602", "Authorization has already been completed"};
    one["status"] = "voided";
    one["x"]["status"] = "Voided";
    return {{"AUTHORIZATIONID", one["x"]["authorization"].get<std::string>()}};
}

Fields Express::refund_call(const Json& in) {
    Json& one = checkout_of(in, "TRANSACTIONID");
    const std::string currency = one["currency"].get<std::string>();
    const bool full = in.value("REFUNDTYPE", "") == "Full";
    if (full && in.contains("AMT")) throw NvpError{"10004", "Full refunds take no amount"};
    if (full && one["refunded"].get<int64_t>() > 0) throw NvpError{"10009", "You can not do a full refund after a partial refund"};
    const Json made = refund(one, full ? 0 : given_minor(in, 0, currency), in);
    const std::string text = amount_text(made["amount"].get<int64_t>(), currency);
    return {{"REFUNDTRANSACTIONID", made["id"].get<std::string>()}, {"FEEREFUNDAMT", "0.00"}, {"GROSSREFUNDAMT", text}, {"NETREFUNDAMT", text}, {"CURRENCYCODE", currency}, {"REFUNDSTATUS", "Instant"}, {"PENDINGREASON", "None"}};
}

Json Express::refund(Json& one, int64_t amount, const Json&) {
    const int64_t left = one["captured"].get<int64_t>() - one["refunded"].get<int64_t>();
    if (amount == 0) amount = left;
    if (left == 0) throw NvpError{"10009", "This transaction has already been fully refunded"};
    if (amount > left) throw NvpError{"10009", "The partial refund amount must be less than or equal to the remaining amount"};
    const std::string id = transaction_id(), currency = one["currency"].get<std::string>();
    book_refund(one, id, amount, "succeeded");
    one["x"]["status"] = amount == left ? "Refunded" : "PartiallyRefunded";
    name(one, id);
    tell(one, "Refunded", {{"reason_code", "refund"}, {"parent_txn_id", one["capture_id"].get<std::string>()}, {"txn_id", id}, {"mc_gross", "-" + amount_text(amount, currency)}, {"mc_fee", "0.00"}});
    return one["refunds"].back();
}

Fields Express::details(const Json& in) {
    const std::string id = in.value("TRANSACTIONID", "");
    const Json& one = checkout_of(in, "TRANSACTIONID");
    const std::string currency = one["currency"].get<std::string>();
    for (const Json& back : one["refunds"])
        if (back["id"] == id)
            return {{"TRANSACTIONID", id}, {"PARENTTRANSACTIONID", one["capture_id"].get<std::string>()}, {"INVNUM", one["reference"].get<std::string>()}, {"AMT", "-" + amount_text(back["amount"].get<int64_t>(), currency)}, {"CURRENCYCODE", currency}, {"PAYMENTSTATUS", "Completed"}};
    const bool authorization = one["x"]["authorization"] == id;
    const bool pending = one["x"]["status"] == "Pending";
    Fields out = {{"RECEIVERID", "CU4EME4R27RAA"}, {"EMAIL", "payer@example.com"}, {"INVNUM", one["reference"].get<std::string>()}, {"TRANSACTIONID", id}, {"AMT", amount_text(authorization || pending ? one["amount"].get<int64_t>() : one["captured"].get<int64_t>(), currency)},
                  {"CURRENCYCODE", currency}, {"PAYMENTSTATUS", authorization && one["captured"].get<int64_t>() > 0 ? "Pending" : one["x"]["status"].get<std::string>()}, {"PENDINGREASON", authorization ? "authorization" : pending ? "echeck" : "None"}};
    if (!authorization && !pending) out.push_back({"FEEAMT", amount_text(one["fee"].get<int64_t>(), currency)});
    return out;
}

/// Rows newest first: refunds before their payment.
Fields Express::search(const Json& in) {
    const std::string invoice = in.value("INVNUM", "");
    Fields out;
    int i = 0;
    auto row = [&](const std::string& id, const char* type, const Json& status, const std::string& amount, const Json& one) {
        const std::string n = std::to_string(i++), currency = one["currency"].get<std::string>();
        for (const auto& [name, value] : Fields{{"L_TIMESTAMP", "2026-11-22T05:00:00Z"}, {"L_TYPE", type}, {"L_TRANSACTIONID", id}, {"L_STATUS", status.get<std::string>()}, {"L_AMT", amount}, {"L_CURRENCYCODE", currency}}) out.push_back({name + n, value});
        if (type == std::string("Payment")) out.push_back({"L_FEEAMT" + n, "-" + amount_text(one["fee"].get<int64_t>(), currency)});
    };
    for (const auto& [id, one] : payments().items()) {
        if (!invoice.empty() && one["reference"] != invoice) continue;
        const std::string currency = one["currency"].get<std::string>();
        for (const Json& back : one["refunds"]) row(back["id"].get<std::string>(), "Refund", Json("Completed"), "-" + amount_text(back["amount"].get<int64_t>(), currency), one);
        if (one["captured"].get<int64_t>() > 0) row(one["capture_id"].get<std::string>(), "Payment", one["x"]["status"], amount_text(one["captured"].get<int64_t>(), currency), one);
    }
    return out;
}

bool Express::other_action(const std::string& action, Json& one, const Json&) {
    const std::string currency = one["currency"].get<std::string>();
    if (action == "echeck") {
        one["x"]["echeck"] = true;
    } else if (action == "lose_charge") {
        state_["lose_charge"] = true;
    } else if (action == "clear") {
        take(one, one["amount"].get<int64_t>(), one["capture_id"].get<std::string>());
    } else if (action == "expire") {
        one["status"] = "expired";
    } else if (action == "chargeback") {
        one["x"]["status"] = "Reversed";
        const int64_t fee = one["fee"].get<int64_t>();
        tell(one, "Reversed", {{"reason_code", "chargeback"}, {"parent_txn_id", one["capture_id"].get<std::string>()}, {"txn_id", transaction_id()}, {"mc_gross", "-" + amount_text(one["captured"].get<int64_t>() - fee, currency)}, {"mc_fee", "-" + amount_text(fee, currency)}});
    } else {
        return false;
    }
    return true;
}

}  // namespace sandbox::paypal
