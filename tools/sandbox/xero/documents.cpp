#include "tools/sandbox/xero/emulator.hpp"

namespace sandbox::xero {
namespace {

std::string text_of(const Json& item, const char* name) { return item.contains(name) && item[name].is_string() ? item[name].get<std::string>() : ""; }

bool is_account(const Json& account) {
    const std::string code = text_of(account, "Code"), id = text_of(account, "AccountID");
    return code == "090" || id == "5ec2f302-9a5c-4c8d-8b54-1e3d0b6a8f10";
}

/// An account's own tax is 15 %, added where the amounts exclude it.
int64_t total_of(const Json& item) {
    int64_t total = 0;
    const std::string types = item.contains("LineAmountTypes") ? text_of(item, "LineAmountTypes") : "Exclusive";
    if (!item.contains("LineItems") || item["LineItems"].empty()) invalid(item, "One or more line items must be specified");
    for (const Json& line : item["LineItems"]) {
        const std::string code = text_of(line, "AccountCode");
        if (code != "200" && code != "404") invalid(item, "Account code '" + code + "' is not a valid code for this document.");
        const int64_t amount = hundredths_of(line.value("UnitAmount", Json("0"))) * std::stoll(line.value("Quantity", std::string("1")));
        const bool taxed = types == "Exclusive" && text_of(line, "TaxType") != "NONE";
        total += taxed ? amount * 115 / 100 : amount;
    }
    return total;
}

int64_t minor_of(int64_t hundredths, const std::string& currency) { return decimals_of(currency) == 0 ? hundredths / 100 : hundredths; }

}  // namespace

std::string Xero::guid() {
    const std::string hex = new_id("", 32, "0123456789abcdef");
    return hex.substr(0, 8) + "-" + hex.substr(8, 4) + "-4" + hex.substr(13, 3) + "-8" + hex.substr(17, 3) + "-" + hex.substr(20);
}

Json Xero::save_contact(const Json& item, bool create) {
    const std::string name = text_of(item, "Name"), own = text_of(item, "ContactID");
    if (name.empty() || name.size() > 255 || name.find_first_of("<>") != std::string::npos) invalid(item, "The contact name is not valid.");
    for (const auto& [id, known] : state_["contacts"].items())
        if (known["Name"] == name && id != own) invalid(item, "The contact name " + name + " is already assigned to another contact. The contact name must be unique across all active contacts.");
    const std::string id = own.empty() || create ? guid() : own;
    Json& saved = state_["contacts"][id];
    if (saved.is_null()) saved = Json::object();
    saved.update(item);
    saved.update({{"ContactID", id}, {"ContactStatus", "ACTIVE"}, {"updated_ms", now_ms()}});
    return saved;
}

/// By id, or by name, which makes a contact of somebody new.
Json& Xero::contact_of(const Json& given, const Json& item) {
    const std::string id = text_of(given, "ContactID"), name = text_of(given, "Name");
    if (!id.empty() && state_["contacts"].contains(id)) return state_["contacts"][id];
    if (id.empty() && !name.empty()) {
        for (auto& [known, contact] : state_["contacts"].items())
            if (contact["Name"] == name) return contact;
        return state_["contacts"][save_contact({{"Name", name}}, true)["ContactID"].get<std::string>()];
    }
    invalid(item, "A Contact must be specified for this type of transaction");
}

Json& Xero::need_invoice(const std::string& id) {
    if (!state_["invoices"].contains(id)) throw ApiError{404, nullptr};
    return state_["invoices"][id];
}

Json Xero::create_invoice(const Json& item) {
    const bool sale = text_of(item, "Type") == "ACCREC";
    const std::string currency = item.contains("CurrencyCode") ? text_of(item, "CurrencyCode") : "USD", wanted = text_of(item, "InvoiceNumber");
    const std::string invoice_number = wanted.empty() ? "INV-" + std::to_string(state_["invoices"].size() + 1) : wanted;
    for (const auto& [id, known] : state_["invoices"].items())
        if (sale && known["Type"] == "ACCREC" && known["InvoiceNumber"] == invoice_number) invalid(item, "Invoice # must be unique.");
    const Json contact = contact_of(item.value("Contact", Json::object()), item);
    const int64_t total = total_of(item);
    const std::string id = guid(), status = item.contains("Status") ? text_of(item, "Status") : "DRAFT", page = new_id("", 24);
    Json made = item;
    made.update({{"InvoiceID", id}, {"InvoiceNumber", invoice_number}, {"Status", status}, {"CurrencyCode", currency}, {"CurrencyRate", 1}, {"Contact", {{"ContactID", contact["ContactID"]}, {"Name", contact["Name"]}}},
                 {"Total", total}, {"AmountPaid", 0}, {"AmountDue", total}, {"AmountCredited", 0}, {"Payments", Json::array()}, {"HasErrors", false}, {"updated_ms", now_ms()}, {"page", page}});
    made["Date"] = xero_date(now_ms());
    made["DateString"] = text_of(item, "Date") + "T00:00:00";
    if (!sale) made.erase("Reference");
    state_["invoices"][id] = made;
    state_["pages"][page] = id;
    if (sale) name(open(id, text_of(item, "Reference"), minor_of(total, currency), currency), invoice_number);
    return made;
}

Json Xero::change_invoice(const Json& item, const std::string& id) {
    Json& invoice = need_invoice(id);
    const std::string status = text_of(item, "Status"), now = text_of(invoice, "Status");
    if (status == "VOIDED" && (now != "AUTHORISED" || invoice["AmountPaid"].get<int64_t>() > 0)) invalid(item, "Invoice not of valid status for modification");
    if (status == "DELETED" && now != "DRAFT" && now != "SUBMITTED") invalid(item, "Invoice not of valid status for modification");
    if (!status.empty()) invoice["Status"] = status;
    if (status == "VOIDED") invoice["AmountDue"] = 0;
    invoice["updated_ms"] = now_ms();
    return invoice;
}

void Xero::book(Json& invoice, int64_t hundredths, const std::string& reference, const std::string& payment_id) {
    invoice["AmountPaid"] = invoice["AmountPaid"].get<int64_t>() + hundredths;
    invoice["AmountDue"] = invoice["AmountDue"].get<int64_t>() - hundredths;
    if (invoice["AmountDue"] == 0) invoice["Status"] = "PAID";
    invoice["Payments"].push_back({{"PaymentID", payment_id}, {"Reference", reference}, {"Date", xero_date(now_ms())}, {"Amount", hundredths}});
    invoice["updated_ms"] = now_ms();
}

Json Xero::create_payment(const Json& item) {
    const std::string id = text_of(item.value("Invoice", Json::object()), "InvoiceID");
    if (!state_["invoices"].contains(id)) invalid(item, "Payment must have an Invoice, Credit Note, Prepayment or Overpayment");
    Json& invoice = state_["invoices"][id];
    const int64_t amount = hundredths_of(item.value("Amount", Json("0")));
    if (!is_account(item.value("Account", Json::object()))) invalid(item, "Account must be of type BANK or have EnablePaymentsToAccount");
    if (invoice["Status"] != "AUTHORISED") invalid(item, "Invoice is not of a valid status for payment");
    if (amount <= 0 || amount > invoice["AmountDue"].get<int64_t>()) invalid(item, "Payment amount exceeds the amount outstanding on this document");
    const std::string payment = guid();
    book(invoice, amount, text_of(item, "Reference"), payment);
    Json made = item;
    made.update({{"PaymentID", payment}, {"Status", "AUTHORISED"}, {"PaymentType", invoice["Type"] == "ACCREC" ? "ACCRECPAYMENT" : "ACCPAYPAYMENT"}, {"Amount", amount}, {"IsReconciled", false}, {"updated_ms", now_ms()}});
    state_["records"][payment] = made;
    return made;
}

Json Xero::create_batch(const Json& item) {
    int64_t total = 0;
    Json payments = Json::array();
    if (!is_account(item.value("Account", Json::object()))) invalid(item, "Account must be of type BANK or have EnablePaymentsToAccount");
    for (const Json& one : item.value("Payments", Json::array())) {
        const std::string id = text_of(one.value("Invoice", Json::object()), "InvoiceID");
        const int64_t amount = hundredths_of(one.value("Amount", Json("0")));
        if (!state_["invoices"].contains(id) || state_["invoices"][id]["Type"] != "ACCPAY") invalid(item, "All payments of a batch must be bills");
        if (amount <= 0 || amount > state_["invoices"][id]["AmountDue"].get<int64_t>()) invalid(item, "Payment amount exceeds the amount outstanding on this document");
        total += amount;
    }
    for (const Json& one : item.value("Payments", Json::array())) {
        const std::string payment = guid();
        book(state_["invoices"][text_of(one["Invoice"], "InvoiceID")], hundredths_of(one["Amount"]), text_of(item, "Narrative"), payment);
        payments.push_back({{"PaymentID", payment}, {"Invoice", one["Invoice"]}, {"Amount", hundredths_of(one["Amount"])}});
    }
    if (payments.empty()) invalid(item, "A batch payment needs payments");
    const std::string id = guid();
    Json made = item;
    made.update({{"BatchPaymentID", id}, {"Type", "PAYBATCH"}, {"Status", "AUTHORISED"}, {"TotalAmount", total}, {"IsReconciled", false}, {"Payments", payments}, {"updated_ms", now_ms()}});
    state_["batches"][id] = made;
    return made;
}

Json Xero::create_bank_transaction(const Json& item) {
    if (!is_account(item.value("BankAccount", Json::object()))) invalid(item, "Bank account is not valid");
    if (text_of(item, "Type") != "SPEND" && text_of(item, "Type") != "RECEIVE") invalid(item, "Type is not valid");
    const Json contact = contact_of(item.value("Contact", Json::object()), item);
    const std::string id = guid();
    Json made = item;
    made.update({{"BankTransactionID", id}, {"Status", "AUTHORISED"}, {"Total", total_of(item)}, {"CurrencyCode", item.contains("CurrencyCode") ? text_of(item, "CurrencyCode") : "USD"}, {"Contact", {{"ContactID", contact["ContactID"]}, {"Name", contact["Name"]}}}, {"IsReconciled", false}, {"updated_ms", now_ms()}});
    made["Date"] = xero_date(now_ms());
    state_["bank"][id] = made;
    return made;
}

}  // namespace sandbox::xero
