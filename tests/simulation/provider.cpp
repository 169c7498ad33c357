#include "tests/simulation/provider.hpp"

#include "host/json/read.hpp"
#include "host/json/write.hpp"

namespace turnpike::simulation {
namespace {

using json::Value;

Value usd(int64_t minor) { return Value::object({{"minor", std::to_string(minor)}, {"exponent", 2}, {"currency", "USD"}}); }

plugins::HttpResponse response(uint32_t status, const Value& body) {
    plugins::HttpResponse out;
    out.status = status;
    out.body = json::write(body);
    return out;
}

const char* status_of(const Sale& sale) {
    switch (sale.state) {
        case Sale::State::open: return "requires_action";
        case Sale::State::paid: return "succeeded";
        default: return "failed";
    }
}

Value effect(const char* kind, const std::string& id, int64_t minor) { return Value::object({{"kind", kind}, {"id", id}, {"amount", usd(minor)}}); }

Value effects_of(const Sale& sale) {
    Value out = Value::array();
    if (sale.state == Sale::State::paid) out.push(effect("capture", sale.id, sale.total));
    for (const Sale::Refund& r : sale.refunds) {
        Value one = effect("refund", r.id, r.minor);
        if (!r.ref.empty()) one.set("refund", r.ref);
        out.push(std::move(one));
    }
    if (sale.dispute != Sale::Dispute::none) out.push(effect("dispute_debit", "dp_" + sale.id, sale.total));
    if (sale.dispute == Sale::Dispute::won) out.push(effect("dispute_credit", "dp_" + sale.id, sale.total));
    return out;
}

/// The whole state, as every message and answer brings it; the plugin makes an observation of it by passing it on.
Value observation(const Sale& sale, int64_t as_of_ms) {
    Value out = Value::object({{"reference", sale.reference}, {"provider_reference", sale.id}, {"mode", "test"}, {"status", status_of(sale)},
                               {"as_of_unix_ms", as_of_ms}, {"effects", effects_of(sale)}});
    Value refunds = Value::array();
    for (const Sale::Refund& r : sale.refunds)
        if (!r.ref.empty()) refunds.push(Value::object({{"refund", r.ref}, {"provider_reference", r.id}, {"status", "succeeded"}, {"amount", usd(r.minor)}}));
    out.set("refunds", std::move(refunds));
    if (sale.dispute == Sale::Dispute::none) return out;
    const char* state = sale.dispute == Sale::Dispute::open ? "open" : sale.dispute == Sale::Dispute::won ? "won" : "lost";
    out.set("disputes", Value::array({Value::object({{"id", "dp_" + sale.id}, {"status", state}})}));
    return out;
}

std::string parameter(const std::string& url, const std::string& name) {
    const size_t at = url.find(name + "=");
    if (at == std::string::npos) return "";
    const size_t from = at + name.size() + 1;
    return url.substr(from, url.find('&', from) - from);
}

}  // namespace

int64_t Sale::refunded() const {
    int64_t sum = 0;
    for (const Refund& r : refunds) sum += r.minor;
    return sum;
}

int64_t Sale::kept() const {
    if (state != State::paid) return 0;
    const bool taken = dispute == Dispute::open || dispute == Dispute::lost;
    return total - refunded() - (taken ? total : 0);
}

plugins::HttpResponse Provider::answer(const plugins::HttpRequest& request) {
    if (request.method == "POST") {
        const auto asked = json::read(request.body);
        if (!asked) return response(400, Value::object());
        return request.url.find("/refunds") != std::string::npos ? refund(*asked) : create(*asked);
    }
    if (request.url.find("/refund?") != std::string::npos) return find_refund(parameter(request.url, "ref"));
    if (request.url.find("/list?") != std::string::npos) return list(std::stoll(parameter(request.url, "from")), std::stoll(parameter(request.url, "to")));
    return find_sale(parameter(request.url, "reference"));
}

plugins::HttpResponse Provider::create(const Value& asked) {
    const std::string reference = asked.text("reference");
    const std::string key = asked.text("direct");
    auto [at, fresh] = sales_.try_emplace(reference);
    Sale& sale = at->second;
    if (!fresh && sale.key != key) violations_.push_back("the payer of " + reference + " was charged with two keys");
    if (!fresh && sale.asked != json::write(asked)) violations_.push_back("the sale " + reference + " was asked for again with other content");
    if (fresh) {
        sale.asked = json::write(asked);
        sale.reference = reference;
        sale.id = next_id("sale_");
        sale.integration = asked.text("integration");
        sale.total = asked.find("total")->integer().value_or(0);
        sale.changed_ms = clock_.now_ms();
        sale.key = key;
        if (!key.empty()) pay(sale);
    }
    return response(200, observation(sale, clock_.now_ms()));
}

plugins::HttpResponse Provider::refund(const Value& asked) {
    const std::string ref = asked.text("refund");
    const int64_t minor = asked.find("minor")->integer().value_or(0);
    const auto found = sales_.find(asked.text("reference"));
    if (found == sales_.end()) return response(422, Value::object({{"code", "no_such_sale"}}));
    Sale& sale = found->second;
    for (const Sale::Refund& r : sale.refunds)
        if (r.ref == ref) violations_.push_back("the refund " + ref + " was carried out twice");
    if (sale.dispute != Sale::Dispute::none || sale.refunded() + minor > sale.total) return response(422, Value::object({{"code", "not_refundable"}}));
    sale.refunds.push_back({next_id("re_"), ref, minor});
    tell(sale);
    return response(200, observation(sale, clock_.now_ms()));
}

plugins::HttpResponse Provider::find_sale(const std::string& reference) const {
    const auto found = sales_.find(reference);
    return found == sales_.end() ? response(404, Value::object()) : response(200, observation(found->second, clock_.now_ms()));
}

plugins::HttpResponse Provider::find_refund(const std::string& ref) const {
    for (const auto& [reference, sale] : sales_)
        for (const Sale::Refund& r : sale.refunds)
            if (r.ref == ref) return response(200, observation(sale, clock_.now_ms()));
    return response(404, Value::object());
}

plugins::HttpResponse Provider::list(int64_t from_ms, int64_t to_ms) const {
    Value all = Value::array();
    for (const auto& [reference, sale] : sales_)
        if (sale.changed_ms >= from_ms && sale.changed_ms < to_ms) all.push(observation(sale, clock_.now_ms()));
    return response(200, Value::object({{"observations", std::move(all)}}));
}

void Provider::pay(Sale& sale) {
    sale.state = Sale::State::paid;
    tell(sale);
}

void Provider::decline(Sale& sale) {
    sale.state = Sale::State::declined;
    tell(sale);
}

void Provider::refund_by_hand(Sale& sale, int64_t minor) {
    if (sale.state != Sale::State::paid || sale.dispute != Sale::Dispute::none || sale.refunded() + minor > sale.total) return;
    sale.refunds.push_back({next_id("re_"), "", minor});
    tell(sale);
}

void Provider::move_dispute(Sale& sale, bool won) {
    if (sale.state != Sale::State::paid || !sale.refunds.empty()) return;
    if (sale.dispute == Sale::Dispute::none) sale.dispute = Sale::Dispute::open;
    else if (sale.dispute == Sale::Dispute::open) sale.dispute = won ? Sale::Dispute::won : Sale::Dispute::lost;
    else return;
    tell(sale);
}

void Provider::tell(Sale& sale) {
    sale.changed_ms = clock_.now_ms();
    messages_.push_back({sale.integration, json::write(observation(sale, clock_.now_ms()))});
}

}  // namespace turnpike::simulation
