#include "host/payments/terms.hpp"

namespace turnpike::payments {
namespace {

bool terms_flag(const json::Value& v, std::string_view name) {
    const json::Value* member = v.find(name);
    return member && member->boolean().value_or(false);
}

int64_t terms_number(const json::Value& v, std::string_view name) {
    const json::Value* member = v.find(name);
    return member ? member->integer().value_or(0) : 0;
}

}  // namespace

Terms terms_of(const config::IntegrationDef& def, const config::Manifest& manifest, money::Currency currency) {
    Terms t;
    t.deduct = def.deduct_payment_fees ? Deduct::yes : Deduct::no;
    t.fee_wait = def.fee_wait;
    t.credit_underpaid = def.underpaid == config::OffAmountPolicy::credit;
    t.credit_overpaid = def.overpaid == config::OffAmountPolicy::credit;
    t.tolerance = def.tolerance_percent;
    t.fee_source = manifest.fee_source;
    if (!manifest.fee_source && def.fee_estimate_fixed_minor) {
        const auto fixed = def.fee_estimate_fixed_minor->find(currency.text());
        t.estimate_fixed_minor = fixed == def.fee_estimate_fixed_minor->end() ? 0 : fixed->second;
        t.estimate_percent = def.fee_estimate_percent;
    }
    return t;
}

json::Value to_json(const Terms& t) {
    json::Value out = json::Value::object();
    if (t.deduct == Deduct::yes) out.set("deduct", true);
    if (t.fee_wait) out.set("fee_wait", true);
    if (t.credit_underpaid) out.set("credit_underpaid", true);
    if (t.credit_overpaid) out.set("credit_overpaid", true);
    if (t.tolerance.e4) out.set("tolerance_e4", t.tolerance.e4);
    if (t.fee_source) out.set("fee_source", true);
    if (t.manual_capture) out.set("manual_capture", true);
    if (t.estimate_fixed_minor) {
        out.set("estimate_fixed", *t.estimate_fixed_minor);
        out.set("estimate_e4", t.estimate_percent.e4);
    }
    return out;
}

Terms read_terms(const json::Value* v) {
    Terms t;
    if (!v) return t;
    t.deduct = terms_flag(*v, "deduct") ? Deduct::yes : Deduct::no;
    t.fee_wait = terms_flag(*v, "fee_wait");
    t.credit_underpaid = terms_flag(*v, "credit_underpaid");
    t.credit_overpaid = terms_flag(*v, "credit_overpaid");
    t.tolerance.e4 = terms_number(*v, "tolerance_e4");
    t.fee_source = terms_flag(*v, "fee_source");
    t.manual_capture = terms_flag(*v, "manual_capture");
    if (v->find("estimate_fixed")) t.estimate_fixed_minor = terms_number(*v, "estimate_fixed");
    t.estimate_percent.e4 = terms_number(*v, "estimate_e4");
    return t;
}

}  // namespace turnpike::payments
