#include "xero.hpp"

namespace xero {
namespace {

/// What Xero lists under a reference of ours, when an earlier try got no answer.
std::string find_path(std::string_view plural, std::string_view member, std::string_view text) {
    return "/" + std::string(plural) + "?where=" + turnpike::percent(std::string(member) + "==" + quoted(text));
}

JsonObject batch_line(const Json& one) {
    JsonObject out;
    out.set("Invoice", JsonObject().set("InvoiceID", one.need_text("/bill")));
    out.set("Amount", amount_json(Money::read(one["amount"])));
    out.set_if("BankAccountNumber", one["bank_account_number"].text());
    return out.set_if("Details", turnpike::cut(one["details"].text(), 18));
}

}  // namespace

/// A supplier's bill, approved and waiting to be paid.  Its number is the supplier's, and Xero takes it twice: an
/// earlier try is looked for first.
Task<Next> Xero::create_bill(Op& op) const {
    const Json input = op.input();
    const std::string number(input.need_text("/number"));
    const std::string contact = co_await contact_of(op, input["supplier"]);
    const Money total = Money::read(input["total"]);
    const std::string where = "Type==\"ACCPAY\" AND InvoiceNumber==" + quoted(number) + " AND Contact.ContactID==Guid(" + quoted(contact) + ")";
    const Json found = co_await ask(op, get("/Invoices?where=" + turnpike::percent(where), "bill.find"));
    for (const Json& known : found["Invoices"].items()) {
        const bool stands = known["Status"].text() != "VOIDED" && known["Status"].text() != "DELETED";
        if (!stands) continue;
        if (op.attempt() > 0 && money_at(known, "Total", total.currency()).rescaled(2) == total.rescaled(2)) co_return done(document_of(known, "InvoiceID"));
        throw Error(ErrorKind::input, "This supplier's bill " + number + " is in Xero already.").field("/number").no_effect();
    }
    const std::string date(input["date"].text_or(day_of(op.now_unix_ms())));
    JsonObject bill;
    bill.set("Type", "ACCPAY").set("Contact", JsonObject().set("ContactID", contact)).set("Date", date);
    bill.set("DueDate", input["due_date"].text_or(date)).set_if("PlannedPaymentDate", input["planned_date"].text());
    bill.set("LineAmountTypes", line_amount_types()).set("InvoiceNumber", number).set("CurrencyCode", total.currency());
    bill.set("Status", "AUTHORISED").set("LineItems", lines_of(input, fee_account_));
    const Json made = co_await write(op, put("/Invoices?unitdp=4", "bill.create", only("Invoices", bill)));
    co_return done(document_of(first_item(made, "Invoices"), "InvoiceID"));
}

/// Records that bills were paid in one transfer.  The transfer itself is the bank's.
Task<Next> Xero::create_batch_payment(Op& op) const {
    const Json input = op.input();
    const std::string narrative(turnpike::cut(input.need_text("/narrative"), 18));
    if (op.attempt() > 0) {
        const Json found = co_await ask(op, get(find_path("BatchPayments", "Narrative", narrative), "batch.find"));
        const Json known = found["BatchPayments"][size_t{0}];
        if (known && known["Status"].text() == "AUTHORISED") co_return done(document_of(known, "BatchPaymentID"));
    }
    JsonArray payments;
    for (const Json& one : input["payments"].items()) payments.add(batch_line(one));
    JsonObject batch;
    batch.set("Account", turnpike::RawJson{account_json(input["account"].text_or(bank_account_))});
    batch.set("Date", input["date"].text_or(day_of(op.now_unix_ms()))).set("Narrative", narrative);
    batch.set_if("Details", turnpike::cut(input["details"].text(), 18)).set("Payments", payments);
    const Json made = co_await write(op, put("/BatchPayments", "batch.create", only("BatchPayments", batch)));
    const Json item = first_item(made, "BatchPayments");
    JsonObject out = document_of(item, "BatchPaymentID");
    JsonArray parts;
    for (const Json& one : item["Payments"].items()) parts.add(one["PaymentID"].text());
    co_return done(out.set("status", "recorded").set("payments", parts));
}

/// Money in or out of the bank account that belongs to no invoice.
Task<Next> Xero::create_bank_transaction(Op& op) const {
    const Json input = op.input();
    const std::string reference(input.need_text("/reference"));
    if (op.attempt() > 0) {
        const Json found = co_await ask(op, get(find_path("BankTransactions", "Reference", reference), "bank_transaction.find"));
        const Json known = found["BankTransactions"][size_t{0}];
        if (known && known["Status"].text() == "AUTHORISED") co_return done(document_of(known, "BankTransactionID"));
    }
    const std::string contact = co_await contact_of(op, input["contact"]);
    const bool spend = input["type"].text() == "spend";
    JsonObject body;
    body.set("Type", spend ? "SPEND" : "RECEIVE").set("Contact", JsonObject().set("ContactID", contact));
    body.set("BankAccount", turnpike::RawJson{account_json(input["account"].text_or(bank_account_))});
    body.set("LineAmountTypes", line_amount_types()).set("Date", input["date"].text_or(day_of(op.now_unix_ms())));
    body.set("Reference", reference).set_if("CurrencyCode", input["total"]["currency"].text());
    body.set("LineItems", lines_of(input, spend ? fee_account_ : sales_account_));
    const Json made = co_await write(op, put("/BankTransactions", "bank_transaction.create", only("BankTransactions", body)));
    JsonObject out = document_of(first_item(made, "BankTransactions"), "BankTransactionID");
    co_return done(out.set("status", "recorded"));
}

}  // namespace xero
