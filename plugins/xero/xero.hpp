#pragma once

#include <string>
#include <vector>

#include "turnpike/provider.hpp"

namespace xero {

using turnpike::Answer;
using turnpike::Error;
using turnpike::ErrorKind;
using turnpike::Json;
using turnpike::JsonArray;
using turnpike::JsonObject;
using turnpike::Money;
using turnpike::Next;
using turnpike::Op;
using turnpike::Task;

/// One call of the Accounting API.  `once` names what a write is about, so that its Idempotency-Key stays the same
/// whenever the operation is tried again.
struct Ask {
    std::string method, path, label;
    std::string body = {};
    std::string once = {};
    std::string modified_since = {};
};

/// Calls are made by functions: gcc 12 destroys temporaries of an aggregate in a co_await twice.
inline Ask get(std::string path, std::string label) { return {"GET", std::move(path), std::move(label)}; }
inline Ask put(std::string path, std::string label, const JsonObject& body) { return {"PUT", std::move(path), std::move(label), body.json()}; }
inline Ask post(std::string path, std::string label, const JsonObject& body) { return {"POST", std::move(path), std::move(label), body.json()}; }

/// {"Invoices": [item]}
inline JsonObject only(std::string_view plural, const JsonObject& item) { return JsonObject().set(plural, JsonArray().add(item)); }

/// One organisation at Xero: books documents and learns that they were paid.  Xero moves no money.
class Xero {
  public:
    explicit Xero(const turnpike::Config& config);

    Task<Next> check_config(Op& op) const;
    Task<Next> connect_start(Op& op) const;
    Task<Next> connect_complete(Op& op) const;

    Task<Next> create_payment(Op& op) const;
    Task<Next> query_payment(Op& op) const;
    Task<Next> void_payment(Op& op) const;
    Task<Next> list_transactions(Op& op) const;
    Task<Next> handle_webhook(Op& op) const;

    Task<Next> save_contact(Op& op) const;
    Task<Next> create_invoice(Op& op) const;
    Task<Next> get_invoice(Op& op) const;
    Task<Next> create_payment_record(Op& op) const;
    Task<Next> create_bill(Op& op) const;
    Task<Next> create_batch_payment(Op& op) const;
    Task<Next> create_bank_transaction(Op& op) const;
    Task<Next> list_documents(Op& op) const;

  private:
    bool custom_connection() const { return auth_type_ == "custom_connection"; }

    // token.cpp
    Task<std::string> access_token(Op& op, std::string refused) const;
    turnpike::Request token_request(const Op& op, const turnpike::Form& form, std::string_view label) const;
    std::string keep_tokens(Op& op, const Answer& answer) const;

    // api.cpp
    /// Xero's answer, an envelope with the documents; throws what Xero refuses.
    Task<Json> ask(Op& op, Ask what) const;
    /// As ask(), for writes: refuses first when a demo company and the mode do not fit.
    Task<Json> write(Op& op, Ask what) const;
    Task<Json> connections(Op& op) const;
    turnpike::Request request(const Op& op, const Ask& what, std::string_view token, std::string_view label) const;
    std::string account_json(std::string_view code) const;

    // contacts.cpp
    Task<std::string> contact_of(Op& op, Json person) const;

    // invoices.cpp
    /// The sales invoice of that number; an empty Json when there is none.
    Task<Json> find_invoice(Op& op, std::string number) const;
    /// Raises it, or finds the one an earlier try raised; its total is what was asked, or it is voided again.
    Task<Json> raise_invoice(Op& op, const JsonObject& invoice, std::string number, Money total) const;
    Task<std::string> online_url(Op& op, std::string invoice_id) const;
    JsonArray lines_of(const Json& input, std::string_view account) const;
    std::string line_amount_types() const { return tax_type_ == "NONE" ? "NoTax" : "Inclusive"; }
    Task<std::string> pay_invoice(Op& op, std::string invoice_id, Json payment) const;
    Task<std::string> book_fee(Op& op, Json fee, std::string date) const;

    bool is_ours(const Json& invoice) const;
    turnpike::Observation observe(const Json& invoice, int64_t at_unix_ms) const;

    turnpike::Mode mode_;
    std::string integration_, auth_type_, client_id_, client_secret_, tenant_, scopes_;
    std::string sales_account_, bank_account_, fee_account_, tax_type_, branding_theme_, prefix_;
};

/// Xero's refusal in our words.
Error error_of(const Answer& answer);
/// The first item of `Plural` in an envelope; throws when an item carries validation errors.
Json first_item(const Json& envelope, std::string_view plural);
/// "/Date(1552262400000+0000)/" or "2019-03-11T00:00:00" as Unix milliseconds; 0 when it is neither.
int64_t date_ms(std::string_view text);
/// "2026-11-22"
std::string day_of(int64_t unix_ms);
/// A JSON number in major units with at most two decimals, as Xero counts.  Throws Error(input).
turnpike::RawJson amount_json(const Money& money);
Money money_at(const Json& item, std::string_view member, std::string_view currency);
/// Text inside a `where` expression.
std::string quoted(std::string_view text);
/// What the host keeps of a document: {id, number, status, provider_status, total, paid, due, reconciled?}.
JsonObject document_of(const Json& item, std::string_view id_member);

}  // namespace xero
