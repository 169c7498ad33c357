#include "host/payments/operation_input.hpp"

#include "host/payments/observation.hpp"

namespace turnpike::payments {
namespace {

using json::Value;

Value own_money(const Payment& p, int64_t minor) { return money_json({minor, p.currency}); }

void copy_text(const Payment& p, Value& to, std::string_view name) {
    const std::string text = p.request.text(name);
    if (!text.empty()) to.set(name, text);
}

Value amounts(const Payment& p) {
    return Value::object({{"payment", p.id}, {"reference", p.reference}, {"amount", own_money(p, p.amount)}, {"surcharge", own_money(p, p.surcharge)},
                          {"total", own_money(p, p.total)}, {"currency", p.currency.code()}});
}

}  // namespace

Value create_input(const Payment& p, const PaymentUrls& urls, const Value& customer) {
    Value out = amounts(p);
    for (const char* name : {"description", "method", "locale"}) copy_text(p, out, name);
    out.set("capture", p.terms.manual_capture ? "manual" : "automatic").set("customer", customer);
    out.set("return_url", urls.return_url).set("cancel_url", urls.cancel_url).set("notify_url", urls.notify_url);
    if (p.expires_at) out.set("expires_at_unix_ms", *p.expires_at);
    const Value* metadata = p.request.find("metadata");
    out.set("metadata", metadata ? *metadata : Value::object());
    return out;
}

Value payment_input(const Payment& p) {
    Value out = amounts(p);
    if (p.provider_reference) out.set("provider_reference", *p.provider_reference);
    out.set("provider_ids", p.provider_ids.is_object() ? p.provider_ids : Value::object());
    if (!p.provider_data.is_null()) out.set("provider_data", p.provider_data);
    out.set("want_fee", p.terms.fee_source && fee_status(p) == "pending");
    return out;
}

Value capture_input(const Payment& p, int64_t capture_minor) {
    Value out = payment_input(p);
    out.set("capture_amount", own_money(p, capture_minor));
    return out;
}

Value refund_input(const Payment& p, const Refund& r) {
    Value out = payment_input(p);
    out.set("refund", r.id).set("amount", money_json(r.amount));
    if (r.reason) out.set("reason", *r.reason);
    return out;
}

Value refund_query_input(const Payment& p, const Refund& r) {
    Value out = refund_input(p, r);
    if (r.provider_reference) out.set("refund_provider_reference", *r.provider_reference);
    return out;
}

}  // namespace turnpike::payments
