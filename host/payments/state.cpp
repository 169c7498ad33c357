#include "host/payments/state.hpp"

#include <algorithm>

namespace turnpike::payments {
namespace {

using json::Value;

int64_t number(const Value& v, std::string_view name) {
    const Value* member = v.find(name);
    return member ? member->integer().value_or(0) : 0;
}

// Members that are zero or empty are left out: most payments have one capture and nothing else.
void put(Value& to, std::string_view name, int64_t n) {
    if (n != 0) to.set(name, n);
}
void put(Value& to, std::string_view name, const std::string& text) {
    if (!text.empty()) to.set(name, text);
}
void put(Value& to, std::string_view name, const std::vector<std::string>& list) {
    if (list.empty()) return;
    Value out = Value::array();
    for (const std::string& item : list) out.push(item);
    to.set(name, std::move(out));
}

std::vector<std::string> texts(const Value& v, std::string_view name) {
    std::vector<std::string> out;
    if (const Value* list = v.find(name))
        for (const Value& item : list->items()) out.emplace_back(item.string().value_or(""));
    return out;
}

Value books_json(const Books& b) {
    return Value::array({b.provider, b.customer, b.surcharge, b.fees, b.suspense});
}

Books read_books(const Value* v) {
    if (!v || v->items().size() != 5) return {};
    auto at = [&](size_t i) { return v->items()[i].integer().value_or(0); };
    return {at(0), at(1), at(2), at(3), at(4)};
}

Value fees_json(const std::vector<FeeFact>& fees) {
    Value list = Value::array();
    for (const FeeFact& f : fees) {
        Value item = Value::object({{"minor", f.minor}, {"as_of", f.as_of_ms}, {"source", f.source}});
        put(item, "id", f.id);
        put(item, "original", f.original);
        list.push(std::move(item));
    }
    return list;
}

Value facts_json(const Facts& f) {
    Value out = Value::object({{"currency", f.currency}, {"mode", f.mode}});
    put(out, "captured", f.captured.sum);
    put(out, "captured_high", f.captured.high);
    put(out, "refunded", f.refunded.sum);
    put(out, "refunded_high", f.refunded.high);
    put(out, "disputed", f.disputed.sum);
    put(out, "disputed_high", f.disputed.high);
    put(out, "refund_failed", f.refund_failed);
    put(out, "dispute_credited", f.dispute_credited);
    put(out, "fee_refunded", f.fee_refunded);
    if (!f.fees.empty()) out.set("fees", fees_json(f.fees));
    if (!(f.posted == Books{})) out.set("posted", books_json(f.posted));
    return out;
}

Facts read_facts(const Value& v) {
    Facts f;
    f.currency = v.text("currency");
    f.mode = v.text("mode");
    f.captured = {number(v, "captured"), number(v, "captured_high")};
    f.refunded = {number(v, "refunded"), number(v, "refunded_high")};
    f.disputed = {number(v, "disputed"), number(v, "disputed_high")};
    f.refund_failed = number(v, "refund_failed");
    f.dispute_credited = number(v, "dispute_credited");
    f.fee_refunded = number(v, "fee_refunded");
    f.posted = read_books(v.find("posted"));
    if (const Value* fees = v.find("fees"))
        for (const Value& item : fees->items())
            f.fees.push_back({item.text("id"), number(item, "minor"), number(item, "as_of"), item.text("source"), item.text("original")});
    return f;
}

Value soft_json(const SoftStatus& soft) {
    Value out = Value::object({{"status", static_cast<int>(soft.status)}, {"as_of", soft.as_of_ms}});
    put(out, "reason", soft.reason);
    return out;
}

Value disputes_json(const State& s) {
    Value list = Value::array();
    for (const DisputeFact& d : s.disputes) list.push(Value::object({{"id", d.id}, {"state", static_cast<int>(d.state)}}));
    return list;
}

}  // namespace

int64_t Facts::fee() const {
    int64_t each = 0;
    int64_t total = 0;
    for (const FeeFact& f : fees) (f.id.empty() ? total : each) += f.minor;
    return std::max<int64_t>(0, std::max(each, total) - fee_refunded);
}

Value to_json(const State& s) {
    Value out = Value::object();
    Value facts = Value::array();
    for (const Facts& f : s.facts) facts.push(facts_json(f));
    out.set("facts", std::move(facts));
    if (s.authorized_minor) out.set("authorized", *s.authorized_minor);
    put(out, "authorized_as_of", s.authorized_as_of_ms);
    if (s.soft) out.set("soft", soft_json(*s.soft));
    if (!s.disputes.empty()) out.set("disputes", disputes_json(s));
    put(out, "held", s.held);
    put(out, "released", s.released);
    put(out, "rejected", s.rejected);
    if (s.fee_pending) out.set("fee_pending", true);
    if (s.fee_unavailable) out.set("fee_unavailable", true);
    if (s.payer_fee_minor) out.set("payer_fee", *s.payer_fee_minor);
    put(out, "payer_email", s.payer_email);
    if (s.cancelled_by_us) out.set("cancelled_by_us", true);
    if (s.asked_refunds) out.set("asked_refunds", true);
    return out;
}

State read_state(const Value& v) {
    State s;
    if (const Value* facts = v.find("facts"))
        for (const Value& item : facts->items()) s.facts.push_back(read_facts(item));
    if (const Value* member = v.find("authorized")) s.authorized_minor = member->integer();
    s.authorized_as_of_ms = number(v, "authorized_as_of");
    if (const Value* soft = v.find("soft"))
        s.soft = SoftStatus{static_cast<ProviderStatus>(number(*soft, "status")), number(*soft, "as_of"), soft->text("reason")};
    if (const Value* list = v.find("disputes"))
        for (const Value& item : list->items())
            s.disputes.push_back({item.text("id"), static_cast<DisputeState>(number(item, "state"))});
    s.held = texts(v, "held");
    s.released = texts(v, "released");
    s.rejected = v.text("rejected");
    s.fee_pending = v.find("fee_pending") != nullptr;
    s.fee_unavailable = v.find("fee_unavailable") != nullptr;
    if (const Value* member = v.find("payer_fee")) s.payer_fee_minor = member->integer();
    s.payer_email = v.text("payer_email");
    s.cancelled_by_us = v.find("cancelled_by_us") != nullptr;
    s.asked_refunds = v.find("asked_refunds") != nullptr;
    return s;
}

bool contains(const std::vector<std::string>& list, std::string_view item) {
    return std::find(list.begin(), list.end(), item) != list.end();
}

// Sorted, so that the same reasons in any order are the same state.
void add_once(std::vector<std::string>& list, std::string_view item) {
    const auto at = std::lower_bound(list.begin(), list.end(), item);
    if (at == list.end() || *at != item) list.insert(at, std::string(item));
}

}  // namespace turnpike::payments
