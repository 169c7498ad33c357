#include "host/payments/match.hpp"

#include <algorithm>

#include "host/payments/payment_rows.hpp"

namespace turnpike::payments {
namespace {

std::optional<int64_t> seq_by_name(store::Tx& tx, const Source& source, const Scope& scope, const std::string& mode,
                                   const std::string& name) {
    {
        auto rows = tx.db.query("SELECT payment FROM provider_ids WHERE id_space = $1 AND mode = $2 AND account = $3 AND provider_id = $4",
                                source.manifest->id_space, mode, scope.name, name);
        if (rows.next()) return rows.integer(0);
    }
    auto rows = tx.db.query(
        "SELECT payment FROM effects WHERE id_space = $1 AND mode = $2 AND account = $3 AND kind = 'capture' AND provider_id = $4",
        source.manifest->id_space, mode, scope.name, name);
    return rows.next() ? std::optional(rows.integer(0)) : std::nullopt;
}

std::optional<Payment> payment_by_name(store::Tx& tx, const Source& source, const Scope& scope, const std::string& mode,
                                       const std::string& name) {
    const auto seq = seq_by_name(tx, source, scope, mode, name);
    return seq ? load_payment(tx.db, *seq) : std::nullopt;
}

bool has_capture(const Observation& o) {
    return std::any_of(o.effects.begin(), o.effects.end(), [](const Effect& e) { return e.kind == EffectKind::capture; });
}

void add_name(std::vector<std::string>& names, const std::string& name) {
    if (!name.empty() && std::find(names.begin(), names.end(), name) == names.end()) names.push_back(name);
}

}  // namespace

bool is_reference(const std::string& text) {
    return text.size() == 16 && std::all_of(text.begin(), text.end(), [](char c) {
               return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
           });
}

std::vector<std::string> names_of(const Observation& o) {
    std::vector<std::string> names;
    add_name(names, o.provider_reference);
    for (const NamedId& id : o.provider_ids) add_name(names, id.id);
    for (const Effect& e : o.effects)
        if (e.kind == EffectKind::capture) add_name(names, e.id);
    return names;
}

std::optional<Payment> find_payment(store::Tx& tx, const Source& source, const Scope& scope, const Observation& o) {
    if (is_reference(o.reference))
        if (auto found = load_by_reference(tx.db, o.reference)) return found;
    for (const std::string& name : names_of(o))
        if (auto found = payment_by_name(tx, source, scope, o.mode, name)) return found;
    if (!o.parent.empty() && !has_capture(o)) return payment_by_name(tx, source, scope, o.mode, o.parent);
    return std::nullopt;
}

std::vector<std::string> remember_names(store::Tx& tx, const Source& source, const Scope& scope, const Payment& payment,
                                        const Observation& o) {
    std::vector<std::string> fresh;
    // What leads to the payment already: ids of captures, and the names it was seen under before.
    std::vector<std::string> known;
    for (const auto& [name, id] : payment.provider_ids.members())
        if (auto text = id.string()) known.emplace_back(*text);
    for (const Effect& e : o.effects)
        if (e.kind == EffectKind::capture) known.push_back(e.id);
    for (const std::string& name : names_of(o)) {
        if (std::find(known.begin(), known.end(), name) != known.end()) continue;
        const int64_t added = tx.db.run(
            "INSERT INTO provider_ids (id_space, mode, account, provider_id, payment) VALUES ($1, $2, $3, $4, $5)"
            " ON CONFLICT DO NOTHING",
            source.manifest->id_space, o.mode, scope.name, name, payment.seq);
        if (added) fresh.push_back(name);
    }
    return fresh;
}

CustomerMatch find_customer(store::Session& db, const std::string& payer_email, bool match_contacts) {
    const std::string email = fold(payer_email);
    if (email.empty()) return {std::nullopt, "customer_unknown"};
    {
        auto rows = db.query("SELECT id FROM customers WHERE paypal_email = $1", email);
        if (rows.next()) return {rows.text(0), ""};
    }
    if (!match_contacts) return {std::nullopt, "customer_unknown"};
    auto rows = db.query("SELECT id FROM customers WHERE email_folded = $1 LIMIT 2", email);
    if (!rows.next()) return {std::nullopt, "customer_unknown"};
    std::string id = rows.text(0);
    if (rows.next()) return {std::nullopt, "customer_ambiguous"};
    return {std::move(id), ""};
}

std::string fold(std::string_view text) {
    std::string out(text);
    std::transform(out.begin(), out.end(), out.begin(), [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; });
    return out;
}

}  // namespace turnpike::payments
