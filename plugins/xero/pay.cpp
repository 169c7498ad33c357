#include <algorithm>
#include <charconv>

#include "turnpike/time.hpp"
#include "xero.hpp"

namespace xero {
namespace {

using turnpike::Observation;
using turnpike::Status;

constexpr int kPageSize = 100;

Status status_of(std::string_view status, const Money& paid, const Money& total) {
    if (status == "PAID") return paid.zero() ? Status::cancelled : Status::succeeded;
    if (status == "VOIDED" || status == "DELETED") return Status::cancelled;
    const bool untouched = paid.zero() && !total.zero();
    return status == "AUTHORISED" && untouched ? Status::requires_action : Status::pending;
}

JsonObject line(std::string_view words, const Json& amount) {
    return JsonObject().set("description", words).set("amount", Money::read(amount).json());
}

std::string list_path(int page) {
    const std::string where = turnpike::percent("Type==\"ACCREC\"");
    return "/Invoices?where=" + where + "&order=" + turnpike::percent("UpdatedDateUTC ASC") + "&page=" + std::to_string(page) + "&pageSize=" + std::to_string(kPageSize);
}

int page_of(const Json& input) {
    int page = 1;
    const std::string_view cursor = input["cursor"].text();
    std::from_chars(cursor.data(), cursor.data() + cursor.size(), page);
    return std::clamp(page, 1, 100000);
}

}  // namespace

bool Xero::is_ours(const Json& invoice) const {
    const std::string_view number = invoice["InvoiceNumber"].text();
    return invoice["Type"].text() == "ACCREC" && number.starts_with(prefix_) && !number.substr(prefix_.size()).starts_with("D-");
}

/// What was paid counts as a total: Xero names one payment differently in different places.
Observation Xero::observe(const Json& invoice, int64_t at_unix_ms) const {
    const std::string_view currency = invoice.need_text("/CurrencyCode");
    const Money total = money_at(invoice, "Total", currency), paid = money_at(invoice, "AmountPaid", currency);
    const std::string_view status = invoice.need_text("/Status");
    Observation out(mode_, at_unix_ms);
    out.reference(invoice["Reference"].text()).provider_reference(invoice.need_text("/InvoiceID"));
    out.provider_id("invoice_number", invoice["InvoiceNumber"].text());
    out.account(tenant_).amount(total).provider_status(status).status(status_of(status, paid, total));
    if (!paid.zero()) out.total_captured(paid).fee_unavailable();
    if (status == "PAID" && paid.zero()) out.reason("written_off");
    return out;
}

Task<Next> Xero::create_payment(Op& op) const {
    const Json input = op.input();
    const std::string reference(input.need_text("/reference"));
    const std::string number = prefix_ + reference;
    const Money total = Money::read(input["total"]);
    amount_json(total);
    const std::string contact = co_await contact_of(op, input["customer"]);
    const std::string today = day_of(op.now_unix_ms());
    const int64_t expires = input["expires_at_unix_ms"].integer().value_or(op.now_unix_ms());
    JsonArray lines;
    lines.add(line(input["description"].text_or("Account top-up"), input["amount"]));
    if (!Money::read(input["surcharge"]).zero()) lines.add(line("Surcharge", input["surcharge"]));
    const std::string text = JsonObject().set("lines", lines).json();
    JsonObject invoice;
    invoice.set("Type", "ACCREC").set("Contact", JsonObject().set("ContactID", contact)).set("Date", today);
    invoice.set("DueDate", day_of(expires)).set("LineAmountTypes", line_amount_types()).set("InvoiceNumber", number);
    invoice.set("Reference", reference).set("CurrencyCode", total.currency()).set("Status", "AUTHORISED");
    invoice.set_if("Url", input["return_url"].text()).set_if("BrandingThemeID", branding_theme_);
    invoice.set("LineItems", lines_of(Json(op.host(), text), sales_account_));
    const Json raised = co_await raise_invoice(op, invoice, number, total);
    const std::string url = co_await online_url(op, std::string(raised.need_text("/InvoiceID")));
    if (url.empty()) throw Error(ErrorKind::provider, "Xero gives the invoice no address.");
    Observation out = observe(raised, op.now_unix_ms());
    co_return done(out.redirect(url));
}

Task<Next> Xero::query_payment(Op& op) const {
    const Json input = op.input();
    const std::string id(input["provider_reference"].text());
    if (!id.empty()) {
        const Json envelope = co_await ask(op, get("/Invoices/" + turnpike::percent(id), "invoice.get"));
        co_return done(observe(first_item(envelope, "Invoices"), op.now_unix_ms()));
    }
    const Json found = co_await find_invoice(op, prefix_ + std::string(input.need_text("/reference")));
    if (found) co_return done(observe(found, op.now_unix_ms()));
    Observation none(mode_, op.now_unix_ms());
    none.reference(input.need_text("/reference")).status(Status::failed).reason("never_raised");
    co_return done(none);
}

/// Voids what nobody paid; an invoice with money on it stays.
Task<Next> Xero::void_payment(Op& op) const {
    const std::string id(op.input().need_text("/provider_reference"));
    const JsonObject body = only("Invoices", JsonObject().set("InvoiceID", id).set("Status", "VOIDED"));
    const Json made = co_await write(op, post("/Invoices/" + turnpike::percent(id), "invoice.void", body));
    co_return done(observe(first_item(made, "Invoices"), op.now_unix_ms()));
}

Task<Next> Xero::list_transactions(Op& op) const {
    const Json input = op.input();
    const int page = page_of(input);
    Ask question = get(list_path(page), "invoices.list");
    question.modified_since = turnpike::rfc3339(input["from_unix_ms"].integer().value_or(0)).substr(0, 19);
    const Json found = co_await ask(op, question);
    turnpike::Observations out;
    int count = 0;
    for (const Json& one : found["Invoices"].items()) {
        ++count;
        if (is_ours(one) && !money_at(one, "AmountPaid", one["CurrencyCode"].text()).zero()) out.add(observe(one, op.now_unix_ms()));
    }
    if (count >= kPageSize) out.next(std::to_string(page + 1));
    co_return done(out);
}

/// Sales invoices that changed in a time, for the reconciliation.
Task<Next> Xero::list_documents(Op& op) const {
    const Json input = op.input();
    const int page = page_of(input);
    Ask question = get(list_path(page), "documents.list");
    question.modified_since = turnpike::rfc3339(input["from_unix_ms"].integer().value_or(0)).substr(0, 19);
    const Json found = co_await ask(op, question);
    JsonArray documents;
    int count = 0;
    for (const Json& one : found["Invoices"].items()) {
        ++count;
        JsonObject document = document_of(one, "InvoiceID");
        document.set("date_unix_ms", date_ms(one["Date"].text())).set("ours", one["InvoiceNumber"].text().starts_with(prefix_));
        documents.add(document);
    }
    JsonObject out;
    out.set("documents", documents);
    if (count >= kPageSize) out.set("next", std::to_string(page + 1));
    co_return done(out);
}

}  // namespace xero
