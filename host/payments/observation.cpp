#include "host/payments/observation.hpp"

#include <array>

namespace turnpike::payments {
namespace {

using json::Value;

constexpr std::array<std::string_view, 7> kEffectNames = {"capture",       "refund",         "refund_failed", "dispute_debit",
                                                          "dispute_credit", "fee", "fee_refund"};
constexpr std::array<std::string_view, 7> kStatusNames = {"pending", "requires_action", "authorized", "succeeded",
                                                          "failed",  "cancelled",       "expired"};
constexpr std::array<std::string_view, 3> kDisputeNames = {"open", "lost", "won"};
constexpr std::array<std::string_view, 3> kRefundNames = {"pending", "succeeded", "failed"};

template <size_t N>
std::optional<int> index_of(const std::array<std::string_view, N>& names, std::string_view text) {
    for (size_t i = 0; i < N; ++i)
        if (names[i] == text) return static_cast<int>(i);
    return std::nullopt;
}

Failure fault(const std::string& what) { return failure(502, "plugin_fault", "the plugin's observation " + what); }

std::string fee_rate(const Value& fee) {
    const Value* rate = fee.find("exchange_rate");
    if (!rate) return {};
    if (auto text = rate->string()) return std::string(*text);
    if (auto digits = rate->number_text()) return std::string(*digits);
    return {};
}

/// nullopt when absent; failure when present and not exact.
Result<std::optional<money::Amount>> money_member(const Value& from, std::string_view name) {
    const Value* value = from.find(name);
    if (!value || value->is_null()) return std::optional<money::Amount>();
    auto amount = read_money(value);
    if (!amount) return fault("has an inexact or unknown money value in " + std::string(name));
    return amount;
}

Result<void> read_effects(const Value& from, Observation& out) {
    const Value* list = from.find("effects");
    if (!list) return {};
    for (const Value& item : list->items()) {
        const auto kind = index_of(kEffectNames, item.text("kind"));
        if (!kind) return fault("has an effect of an unknown kind");
        Effect effect;
        effect.kind = static_cast<EffectKind>(*kind);
        effect.id = item.text("id");
        if (effect.id.empty() || effect.id.size() > 255) return fault("has an effect without a usable id");
        auto amount = read_money(item.find("amount"));
        if (!amount || amount->minor < 0) return fault("has an effect whose amount is inexact or negative");
        effect.amount = *amount;
        effect.refund = item.text("refund");
        effect.rate = fee_rate(item);
        effect.fee_part = read_money(item.find("fee_part"));
        out.effects.push_back(std::move(effect));
    }
    return {};
}

Result<void> read_totals(const Value& from, Observation& out) {
    const Value* totals = from.find("totals");
    if (!totals) return {};
    const std::pair<const char*, std::optional<money::Amount>*> members[] = {
        {"captured", &out.total_captured}, {"refunded", &out.total_refunded}, {"disputed", &out.total_disputed}};
    for (const auto& member : members) {
        auto amount = money_member(*totals, member.first);
        if (!amount) return Failure(amount.error());
        *member.second = *amount;
    }
    const Value* fee = totals->find("fee");
    if (!fee || fee->is_null()) return {};
    const Value* nested = fee->find("amount");
    auto amount = read_money(nested ? nested : fee);
    if (!amount) return fault("has an inexact fee");
    out.total_fee = FeeTotal{*amount, fee_rate(*fee)};
    return {};
}

Result<void> read_lists(const Value& from, Observation& out) {
    if (const Value* ids = from.find("provider_ids"))
        for (const auto& [name, id] : ids->members())
            if (auto text = id.string(); text && !text->empty()) out.provider_ids.push_back({name, std::string(*text)});
    if (const Value* list = from.find("disputes"))
        for (const Value& item : list->items()) {
            const int state = index_of(kDisputeNames, item.text("status")).value_or(0);
            out.disputes.push_back({item.text("id"), static_cast<DisputeState>(state + 1)});
        }
    if (const Value* list = from.find("refunds"))
        for (const Value& item : list->items()) {
            const int state = index_of(kRefundNames, item.text("status")).value_or(0);
            out.refunds.push_back({item.text("refund"), item.text("provider_reference"), static_cast<RefundState>(state),
                                   read_money(item.find("amount"))});
        }
    return {};
}

void read_names(const Value& v, Observation& out) {
    out.reference = v.text("reference");
    out.provider_reference = v.text("provider_reference");
    out.parent = v.text("parent");
    out.account = v.text("account");
    out.mode = v.text("mode");
    out.receiver = v.text("receiver");
    out.provider_status = v.text("provider_status");
    out.reason = v.text("reason");
    out.status = static_cast<ProviderStatus>(index_of(kStatusNames, v.text("status")).value_or(0));
    if (const Value* payer = v.find("payer")) {
        out.payer_email = payer->text("email");
        out.payer_name = payer->text("name");
    }
}

bool flag(const Value& v, std::string_view name) {
    const Value* member = v.find(name);
    return member && member->boolean().value_or(false);
}

}  // namespace

std::string_view to_text(EffectKind kind) { return kEffectNames[static_cast<size_t>(kind)]; }

Value money_json(const money::Amount& a) {
    return Value::object({{"minor", std::to_string(a.minor)}, {"exponent", a.currency.exponent()}, {"currency", a.currency.code()}});
}

std::optional<money::Amount> read_money(const Value* value) {
    if (!value || !value->is_object()) return std::nullopt;
    const auto currency = money::Currency::of(value->text("currency"));
    const Value* exponent = value->find("exponent");
    if (!currency || !exponent || !exponent->integer()) return std::nullopt;
    const auto minor = money::rescale(value->text("minor"), static_cast<int>(*exponent->integer()), *currency);
    if (!minor) return std::nullopt;
    return money::Amount{*minor, *currency};
}

Result<Observation> read_observation(const Value& v) {
    if (!v.is_object()) return fault("is no object");
    Observation out;
    read_names(v, out);
    if (out.mode != "test" && out.mode != "live") return fault("names no mode");
    const Value* as_of = v.find("as_of_unix_ms");
    if (!as_of || !as_of->integer()) return fault("has no as_of_unix_ms");
    out.as_of_ms = *as_of->integer();
    const std::pair<const char*, std::optional<money::Amount>*> members[] = {
        {"amount", &out.amount}, {"authorized", &out.authorized}, {"payer_fee", &out.payer_fee}};
    for (const auto& member : members) {
        auto amount = money_member(v, member.first);
        if (!amount) return Failure(amount.error());
        *member.second = *amount;
    }
    out.fee_pending = flag(v, "fee_pending");
    out.fee_unavailable = flag(v, "fee_unavailable");
    out.query = flag(v, "query");
    if (auto read = read_effects(v, out); !read) return Failure(read.error());
    if (auto read = read_totals(v, out); !read) return Failure(read.error());
    if (auto read = read_lists(v, out); !read) return Failure(read.error());
    return out;
}

namespace {

Value effects_json(const Observation& o) {
    Value list = Value::array();
    for (const Effect& e : o.effects) {
        Value item = Value::object({{"kind", to_text(e.kind)}, {"id", e.id}, {"amount", money_json(e.amount)}});
        if (!e.refund.empty()) item.set("refund", e.refund);
        if (!e.rate.empty()) item.set("exchange_rate", e.rate);
        if (e.fee_part) item.set("fee_part", money_json(*e.fee_part));
        list.push(std::move(item));
    }
    return list;
}

Value totals_json(const Observation& o) {
    Value totals = Value::object();
    if (o.total_captured) totals.set("captured", money_json(*o.total_captured));
    if (o.total_refunded) totals.set("refunded", money_json(*o.total_refunded));
    if (o.total_disputed) totals.set("disputed", money_json(*o.total_disputed));
    if (!o.total_fee) return totals;
    Value fee = money_json(o.total_fee->amount);
    if (!o.total_fee->rate.empty()) fee.set("exchange_rate", o.total_fee->rate);
    totals.set("fee", std::move(fee));
    return totals;
}

void add_lists(const Observation& o, Value& out) {
    Value ids = Value::object();
    for (const NamedId& id : o.provider_ids) ids.set(id.name, id.id);
    out.set("provider_ids", std::move(ids));
    Value disputes = Value::array();
    for (const DisputeSeen& d : o.disputes)
        disputes.push(Value::object({{"id", d.id}, {"status", kDisputeNames[static_cast<size_t>(d.state) - 1]}}));
    out.set("disputes", std::move(disputes));
    Value refunds = Value::array();
    for (const RefundSeen& r : o.refunds) {
        Value item = Value::object({{"refund", r.refund}, {"provider_reference", r.provider_reference},
                                    {"status", kRefundNames[static_cast<size_t>(r.state)]}});
        if (r.amount) item.set("amount", money_json(*r.amount));
        refunds.push(std::move(item));
    }
    out.set("refunds", std::move(refunds));
}

}  // namespace

Value to_json(const Observation& o) {
    Value out = Value::object({{"reference", o.reference}, {"provider_reference", o.provider_reference}, {"parent", o.parent},
                               {"account", o.account}, {"mode", o.mode}, {"receiver", o.receiver},
                               {"payer", Value::object({{"email", o.payer_email}, {"name", o.payer_name}})},
                               {"status", kStatusNames[static_cast<size_t>(o.status)]}, {"provider_status", o.provider_status},
                               {"reason", o.reason}, {"as_of_unix_ms", o.as_of_ms}, {"fee_pending", o.fee_pending},
                               {"fee_unavailable", o.fee_unavailable}, {"query", o.query}, {"effects", effects_json(o)}, {"totals", totals_json(o)}});
    if (o.amount) out.set("amount", money_json(*o.amount));
    if (o.authorized) out.set("authorized", money_json(*o.authorized));
    if (o.payer_fee) out.set("payer_fee", money_json(*o.payer_fee));
    add_lists(o, out);
    return out;
}

}  // namespace turnpike::payments
