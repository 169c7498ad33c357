#include "xero.hpp"

namespace xero {
namespace {

/// An earlier try may have booked it already: its reference says so.
std::string payment_with(const Json& invoice, std::string_view reference) {
    for (const Json& one : invoice["Payments"].items())
        if (!reference.empty() && one["Reference"].text() == reference) return std::string(one["PaymentID"].text());
    return {};
}

/// Whether the refusal says that the number is taken.
bool number_taken(const Error& error) {
    const tpk_error abi = error.abi();
    const std::string_view words = turnpike::view(abi.provider_message);
    return words.find("unique") != std::string_view::npos || words.find("already") != std::string_view::npos;
}

}  // namespace

JsonArray Xero::lines_of(const Json& input, std::string_view account) const {
    JsonArray out;
    for (const Json& line : input["lines"].items()) {
        JsonObject one;
        one.set("Description", line["description"].text_or("Account top-up")).set("Quantity", 1);
        one.set("UnitAmount", amount_json(Money::read(line["amount"])));
        one.set("AccountCode", line["account"].text_or(account)).set("TaxType", tax_type_);
        out.add(one);
    }
    return out;
}

Task<Json> Xero::find_invoice(Op& op, std::string number) const {
    const Json found = co_await ask(op, get("/Invoices?InvoiceNumbers=" + turnpike::percent(number), "invoice.find"));
    for (const Json& one : found["Invoices"].items())
        if (one["InvoiceNumber"].text() == number && one["Type"].text() == "ACCREC") co_return one;
    co_return Json();
}

Task<Json> Xero::raise_invoice(Op& op, const JsonObject& invoice, std::string number, Money total) const {
    Json raised;
    if (op.attempt() > 0) raised = co_await find_invoice(op, number);
    if (!raised) {
        bool taken = false;
        const JsonObject body = only("Invoices", invoice);
        try {
            const Json made = co_await write(op, put("/Invoices?unitdp=4", "invoice.create", body));
            raised = first_item(made, "Invoices");
        } catch (const Error& error) {
            if (!number_taken(error)) throw;
            taken = true;
        }
        if (taken) raised = co_await find_invoice(op, number);
        if (!raised) throw Error(ErrorKind::provider, "Xero says the invoice number is taken, and has no such invoice.");
    }
    const Money stands = money_at(raised, "Total", raised["CurrencyCode"].text_or(total.currency()));
    if (stands.rescaled(2) == total.rescaled(2)) co_return raised;
    // A default tax of the account made it another amount: nobody may pay that.
    const std::string id(raised.need_text("/InvoiceID"));
    co_await write(op, post("/Invoices/" + id, "invoice.void", only("Invoices", JsonObject().set("InvoiceID", id).set("Status", "VOIDED"))));
    throw Error(ErrorKind::config, "Xero made " + stands.decimal() + " of " + total.decimal() + ": set tax_type to one without tax, or to one whose tax is included.")
        .field("/settings/tax_type")
        .no_effect();
}

Task<std::string> Xero::online_url(Op& op, std::string invoice_id) const {
    const Json answer = co_await ask(op, get("/Invoices/" + invoice_id + "/OnlineInvoice", "invoice.online"));
    co_return std::string(answer["OnlineInvoices"][size_t{0}]["OnlineInvoiceUrl"].text());
}

/// Books money that came by another provider against the invoice.
Task<std::string> Xero::pay_invoice(Op& op, std::string invoice_id, Json payment) const {
    const std::string_view reference = payment["reference"].text();
    JsonObject body;
    body.set("Invoice", JsonObject().set("InvoiceID", invoice_id));
    body.set("Account", turnpike::RawJson{account_json(payment["account"].text_or(bank_account_))});
    body.set("Date", payment["date"].text_or(day_of(op.now_unix_ms()))).set("Amount", amount_json(Money::read(payment["amount"])));
    body.set_if("Reference", reference);
    Ask request = put("/Payments", "payment.create", only("Payments", body));
    request.once = "-" + invoice_id.substr(0, 8);
    const Json made = co_await write(op, request);
    co_return std::string(first_item(made, "Payments").need_text("/PaymentID"));
}

/// What the payment provider kept, as money spent from the clearing account.
Task<std::string> Xero::book_fee(Op& op, Json fee, std::string date) const {
    const std::string reference(fee.need_text("/reference"));
    if (op.attempt() > 0) {
        const std::string where = "Reference==" + quoted(reference);
        const Json found = co_await ask(op, get("/BankTransactions?where=" + turnpike::percent(where), "fee.find"));
        const Json known = found["BankTransactions"][size_t{0}];
        if (known && known["Status"].text() != "DELETED") co_return std::string(known.need_text("/BankTransactionID"));
    }
    JsonObject line;
    line.set("Description", fee["description"].text_or("Payment fee")).set("Quantity", 1);
    line.set("UnitAmount", amount_json(Money::read(fee["amount"]))).set("AccountCode", fee_account_);
    JsonObject body;
    body.set("Type", "SPEND").set("Contact", JsonObject().set("Name", fee["payee"].text_or("Payment provider")));
    body.set("BankAccount", turnpike::RawJson{account_json(bank_account_)}).set("LineAmountTypes", "NoTax");
    body.set("Date", date).set("Reference", reference).set("LineItems", JsonArray().add(line));
    body.set_if("CurrencyCode", fee["amount"]["currency"].text());
    const Json made = co_await write(op, put("/BankTransactions", "fee.create", only("BankTransactions", body)));
    co_return std::string(first_item(made, "BankTransactions").need_text("/BankTransactionID"));
}

/// A sales invoice with the payment that paid it and the fee as its own line of the books.
Task<Next> Xero::create_invoice(Op& op) const {
    const Json input = op.input();
    const std::string number = prefix_ + "D-" + std::string(input.need_text("/number"));
    const Money total = Money::read(input["total"]);
    const std::string contact = co_await contact_of(op, input["customer"]);
    const std::string date(input["date"].text_or(day_of(op.now_unix_ms())));
    JsonObject invoice;
    invoice.set("Type", "ACCREC").set("Contact", JsonObject().set("ContactID", contact));
    invoice.set("Date", date).set("DueDate", input["due_date"].text_or(date)).set("LineAmountTypes", line_amount_types());
    invoice.set("InvoiceNumber", number).set_if("Reference", input["reference"].text());
    invoice.set("CurrencyCode", total.currency()).set("Status", "AUTHORISED").set_if("BrandingThemeID", branding_theme_);
    invoice.set("LineItems", lines_of(input, sales_account_));
    const Json raised = co_await raise_invoice(op, invoice, number, total);
    const std::string id(raised.need_text("/InvoiceID"));
    JsonObject out = document_of(raised, "InvoiceID");
    JsonObject parts;
    if (const Json paid = input["paid"]; paid) {
        std::string payment = payment_with(raised, paid["reference"].text());
        if (payment.empty()) payment = co_await pay_invoice(op, id, paid);
        parts.set("payment", payment);
        out.set("status", "paid").set("provider_status", "PAID").set("paid", total.json());
        out.set("due", Money(0, total.exponent(), total.currency()).json());
    } else if (raised["Status"].text() == "AUTHORISED") {
        out.set_if("url", co_await online_url(op, id));
    }
    if (const Json fee = input["fee"]; fee) parts.set("fee", co_await book_fee(op, fee, date));
    if (!parts.empty()) out.set("parts", parts);
    co_return done(out);
}

Task<Next> Xero::get_invoice(Op& op) const {
    const std::string id(op.input().need_text("/id"));
    const Json envelope = co_await ask(op, get("/Invoices/" + turnpike::percent(id), "invoice.get"));
    co_return done(document_of(first_item(envelope, "Invoices"), "InvoiceID"));
}

Task<Next> Xero::create_payment_record(Op& op) const {
    const Json payment = op.input()["payment"];
    const std::string invoice(op.input().need_text("/invoice"));
    if (op.attempt() > 0) {
        const Json envelope = co_await ask(op, get("/Invoices/" + turnpike::percent(invoice), "invoice.get"));
        const std::string known = payment_with(first_item(envelope, "Invoices"), payment["reference"].text());
        if (!known.empty()) co_return done(JsonObject().set("id", known).set("status", "recorded"));
    }
    const std::string id = co_await pay_invoice(op, invoice, payment);
    co_return done(JsonObject().set("id", id).set("status", "recorded"));
}

}  // namespace xero
