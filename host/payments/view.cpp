#include "host/payments/view.hpp"

#include "host/base/clock.hpp"

namespace turnpike::payments {
namespace {

using json::Value;

Value time_or_null(std::optional<int64_t> at) { return at ? Value(rfc3339(*at).text) : Value(); }

Value object_or_empty(const Value& v) { return v.is_object() ? v : Value::object(); }

Value request_member(const Payment& p, std::string_view name) {
    const Value* value = p.request.find(name);
    return value ? *value : Value();
}

/// amount, currency, source and original as money.md 6 shows a fee; null while unknown.
void add_fee(const Payment& p, const BooksInput& books, Value& out) {
    const std::string status = fee_status(p);
    const bool shown = status == "known" || status == "estimated";
    out.set("fee", shown ? Value(money::format(books.fee, p.currency)) : Value());
    out.set("fee_status", status);
    Value details = Value::array();
    for (const FeeFact& f : p.own().fees) {
        if (f.original.empty()) continue;
        details.push(Value::object({{"amount", money::format(f.minor, p.currency)}, {"currency", p.currency.code()},
                                    {"source", f.source}, {"original", f.original}}));
    }
    if (!details.items().empty()) out.set("fee_details", std::move(details));
    if (p.state.payer_fee_minor) out.set("payer_fee", money::format(*p.state.payer_fee_minor, p.currency));
}

void add_money(const Payment& p, Value& out) {
    const BooksInput books = books_input(p, p.own());
    auto text = [&](int64_t minor) { return Value(money::format(minor, p.currency)); };
    out.set("amount", text(p.amount)).set("surcharge", text(p.surcharge)).set("total", text(p.total));
    out.set("captured", text(books.captured)).set("refunded", text(books.reversed_refunds));
    out.set("disputed", text(books.reversed_disputes));
    add_fee(p, books, out);
    out.set("credited", text(credited(books))).set("currency", p.currency.code());
}

/// What a billing developer is told: a page is only its address, the data in it are the page's own.
Value told_action(const Value& action) {
    if (!action.find("page")) return action;
    Value out = Value::object();
    for (const auto& [name, value] : action.members())
        if (name != "page" && name != "data") out.set(name, value);
    return out;
}

}  // namespace

Value payment_json(const Payment& p) {
    Value out = Value::object({{"id", p.id}, {"status", p.status}, {"reason", p.reason}, {"outcome", p.outcome}, {"origin", p.origin}});
    add_money(p, out);
    out.set("mode", p.mode).set("integration", p.integration).set("customer", p.customer).set("reference", p.reference);
    if (p.parent) out.set("parent", *p.parent);
    out.set("provider_reference", p.provider_reference).set("provider_ids", object_or_empty(p.provider_ids));
    const bool actionable = p.status == "requires_action" || p.status == "pending";
    out.set("next_action", actionable ? told_action(p.next_action) : Value());
    out.set("capture", p.terms.manual_capture ? "manual" : "automatic");
    out.set("description", request_member(p, "description")).set("method", request_member(p, "method"));
    out.set("expires_at", time_or_null(p.expires_at));
    out.set("metadata", object_or_empty(request_member(p, "metadata")));
    out.set("created_at", rfc3339(p.created_at).text).set("updated_at", rfc3339(p.updated_at).text);
    return out;
}

Value event_json(const Payment& p) {
    Value out = payment_json(p);
    if (Value* action = out.find("next_action"); action && action->is_object()) action->erase("client_secret");
    return out;
}

Value refund_json(const Refund& r) {
    return Value::object({{"id", r.id}, {"status", r.status}, {"outcome", r.outcome}, {"amount", money::format(r.amount)},
                          {"currency", r.amount.currency.code()}, {"reason", r.reason}, {"note", r.note},
                          {"provider_reference", r.provider_reference}, {"created_at", rfc3339(r.created_at).text}});
}

}  // namespace turnpike::payments
