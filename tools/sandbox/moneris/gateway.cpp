#include "tools/sandbox/moneris/emulator.hpp"

namespace sandbox::moneris {
namespace {

using Members = std::vector<std::pair<std::string, std::string>>;

std::string receipt_xml(const Members& members) {
    std::string out = "<?xml version=\"1.0\" standalone=\"yes\"?><response><receipt>";
    for (const auto& [name, value] : members) out += "<" + name + ">" + html_escaped(value) + "</" + name + ">";
    return out + "</receipt></response>";
}

std::string not_sent(const std::string& message, const std::string& receipt_id = "null") {
    return receipt_xml({{"ReceiptId", receipt_id}, {"ReferenceNum", "null"}, {"ResponseCode", "null"}, {"ISO", "null"}, {"AuthCode", "null"}, {"Complete", "false"}, {"Message", message}, {"TransAmount", "null"}, {"TransID", "null"}, {"TimedOut", "false"}});
}

std::string answered(const std::string& order, const std::string& type, const std::string& amount, const std::string& id, const std::string& code, const std::string& iso, bool status_check) {
    Members out = {{"ReceiptId", order}, {"ReferenceNum", "660148420010137130"}, {"ResponseCode", code}, {"ISO", iso}, {"AuthCode", "655371"}, {"TransType", type}, {"Complete", "true"}, {"Message", code < std::string("050") ? "APPROVED           *                    =" : "DECLINED           *                    ="},
                   {"TransAmount", amount}, {"CardType", "V"}, {"TransID", id}, {"TimedOut", "false"}, {"Ticket", "null"}};
    if (status_check) out.push_back({"StatusCode", "001"});
    return receipt_xml(out);
}

int64_t cents_in(const std::string& text) {
    const size_t dot = text.find('.');
    return dot == std::string::npos ? -1 : std::stoll(text.substr(0, dot)) * 100 + std::stoll(text.substr(dot + 1));
}

}  // namespace

std::string element(const std::string& xml, const std::string& name) {
    const size_t from = xml.find("<" + name + ">");
    const size_t to = xml.find("</" + name + ">");
    return from == std::string::npos || to == std::string::npos ? "" : xml.substr(from + name.size() + 2, to - from - name.size() - 2);
}

std::string Moneris::gateway(const std::string& xml) {
    if (element(xml, "store_id") != kStore || element(xml, "api_token") != kToken) return not_sent("Invalid store credentials: invalid api token", "Global Error Receipt");
    Json* one = find(element(xml, "order_id"));
    const bool completion = xml.find("<completion>") != std::string::npos;
    const bool check = element(xml, "status_check") == "true";
    if (check) {
        const Json kept = one ? (*one)["x"].value(completion ? "completion" : "refund", Json(nullptr)) : Json(nullptr);
        if (!kept.is_object()) return receipt_xml({{"ReceiptId", element(xml, "order_id")}, {"ResponseCode", "null"}, {"Complete", "false"}, {"Message", "transaction not found"}, {"StatusCode", "051"}, {"StatusMessage", "not found"}, {"TransID", "null"}});
        return answered(element(xml, "order_id"), completion ? "02" : "04", kept["amount"].get<std::string>(), kept["id"].get<std::string>(), "027", "01", true);
    }
    if (!one) return not_sent("Invalid order id", "Global Error Receipt");
    if (completion) return complete(*one, xml);
    if (xml.find("<refund>") != std::string::npos) return give_back(*one, xml);
    return not_sent("Invalid transaction type", "Global Error Receipt");
}

std::string Moneris::complete(Json& one, const std::string& xml) {
    const std::string order = one["reference"].get<std::string>(), amount = element(xml, "comp_amount");
    const int64_t cents = cents_in(amount);
    if (one["x"]["authorization"] == "" || one["x"]["authorization"] != element(xml, "txn_number")) return not_sent("Invalid transaction number");
    if (one["x"].contains("completion")) return not_sent("The transaction was not sent to the host because of a duplicate order id");
    if (cents < 0 || cents > one["amount"].get<int64_t>()) return not_sent("Invalid amount");
    const std::string id = transaction_number();
    one["x"]["completion"] = {{"id", id}, {"amount", amount}};
    if (cents > 0) capture(one, cents, 0, id);
    else one["status"] = "voided";
    return answered(order, "02", amount, id, "027", "01", false);
}

std::string Moneris::give_back(Json& one, const std::string& xml) {
    const std::string amount = element(xml, "amount");
    const int64_t cents = cents_in(amount);
    if (one["capture_id"] != element(xml, "txn_number")) return not_sent("Invalid transaction number");
    if (cents <= 0) return not_sent("Invalid amount");
    if (cents > one["captured"].get<int64_t>() - one["refunded"].get<int64_t>()) return answered(one["reference"].get<std::string>(), "04", amount, transaction_number(), "481", "05", false);
    const Json made = refund(one, cents, Json::object());
    return answered(one["reference"].get<std::string>(), "04", amount, made["id"].get<std::string>(), "027", "01", false);
}

Json Moneris::refund(Json& one, int64_t amount, const Json&) {
    if (amount == 0) amount = one["captured"].get<int64_t>() - one["refunded"].get<int64_t>();
    const std::string id = transaction_number();
    one["x"]["refund"] = {{"id", id}, {"amount", decimal(amount, 2)}};
    return book_refund(one, id, amount, "succeeded");
}

bool Moneris::other_action(const std::string&, Json&, const Json&) { return false; }

}  // namespace sandbox::moneris
