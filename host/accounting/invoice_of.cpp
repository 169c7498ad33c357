#include "host/accounting/accounting.hpp"
#include "host/base/clock.hpp"
#include "host/payments/observation.hpp"
#include "host/payments/view.hpp"

namespace turnpike::accounting {
namespace {

using json::Value;

Value line(const std::string& words, int64_t minor, money::Currency currency) {
    return Value::object({{"description", words}, {"amount", payments::money_json({minor, currency})}});
}

std::string day_of(int64_t unix_ms) { return std::string(rfc3339(unix_ms).text).substr(0, 10); }

/// A fee is booked only when it is known for good: another currency would need a rate, an estimate would be a guess.
void add_fee(const payments::Payment& p, const std::string& payee, Value& out) {
    const payments::BooksInput books = payments::books_input(p, p.own());
    if (payments::fee_status(p) != "known") {
        out.set("fee_note", "The fee is " + payments::fee_status(p) + ", so it was not booked.");
        return;
    }
    if (books.fee <= 0) return;
    for (const payments::FeeFact& fact : p.own().fees)
        if (!fact.original.empty()) {
            out.set("fee_note", "The fee was taken in another currency (" + fact.original + ") and was not booked.");
            return;
        }
    out.set("fee", Value::object({{"amount", payments::money_json({books.fee, p.currency})}, {"reference", "fee " + p.id}, {"payee", payee}, {"description", "Fee of " + payee + " for " + p.id}}));
}

}  // namespace

Value invoice_of(const payments::Payment& p, const Value& customer, const std::string& payee) {
    const std::string words = p.request.text("description", "Account top-up");
    Value lines = Value::array({line(words, p.amount, p.currency)});
    if (p.surcharge > 0) lines.push(line("Surcharge", p.surcharge, p.currency));
    const std::string day = day_of(p.created_at);
    Value out = Value::object({{"number", p.reference}, {"reference", p.id}, {"customer", customer}, {"total", payments::money_json({p.total, p.currency})}, {"date", day}, {"due_date", day}});
    out.set("lines", std::move(lines));
    out.set("paid", Value::object({{"amount", payments::money_json({p.total, p.currency})}, {"reference", p.id}, {"date", day}}));
    add_fee(p, payee, out);
    return out;
}

}  // namespace turnpike::accounting
