#include "host/payments/prove.hpp"

#include "host/json/read.hpp"
#include "host/json/write.hpp"
#include "host/payments/payment_rows.hpp"

namespace turnpike::payments {
namespace {

using json::Value;

/// One movement as either side knows it.
struct Side {
    int64_t minor = 0;
    std::string currency;
    std::string payment;
};
using Movements = std::map<std::pair<std::string, std::string>, Side>;  ///< (kind, provider id)

struct Theirs {
    Movements movements;
    std::map<std::string, money::Amount> fees;  ///< by capture id
    std::string failed;
};

void add_observation(Theirs& theirs, const Observation& o) {
    for (const Effect& e : o.effects) {
        if (e.kind == EffectKind::fee || e.kind == EffectKind::fee_refund) continue;
        theirs.movements[{std::string(to_text(e.kind)), e.id}] = {e.amount.minor, e.amount.currency.text(), ""};
        if (e.kind == EffectKind::capture && o.total_fee) theirs.fees[e.id] = o.total_fee->amount;
    }
}

Theirs list_theirs(exchange::Exchange& exchange, const Integration& integration, ProveWindow window) {
    Theirs out;
    std::string cursor;
    do {
        exchange::OperationCall call;
        call.instance = integration.instance;
        call.route = integration.route;
        call.op = "transactions.list/1";
        call.op_id = "prove/" + integration.id() + "/" + std::to_string(window.to_ms) + "/" + cursor;
        Value input = Value::object({{"from_unix_ms", window.from_ms}, {"to_unix_ms", window.to_ms}});
        if (!cursor.empty()) input.set("cursor", cursor);
        call.input_json = json::write(input);
        call.priority = exchange::Priority::background;
        const exchange::OperationResult result = exchange.run_wait(std::move(call));
        if (!result.done()) {
            out.failed = result.error()->hint.empty() ? "the provider's list cannot be read" : result.error()->hint;
            return out;
        }
        const auto value = json::read(result.done()->result_json);
        if (const Value* list = value ? value->find("observations") : nullptr)
            for (const Value& item : list->items())
                if (auto o = read_observation(item)) add_observation(out, *o);
        cursor = value ? value->text("next") : "";
    } while (!cursor.empty());
    return out;
}

/// All of ours of the same merchant account, whenever they came: the window only says which of them must be theirs too.
Movements list_ours(store::Session& db, const std::string& id_space, const std::string& mode, const std::string& scope) {
    Movements out;
    auto rows = db.query("SELECT e.kind, e.provider_id, e.amount, e.currency, p.id FROM effects e JOIN payments p ON p.seq = e.payment"
                         " WHERE e.id_space = $1 AND e.mode = $2 AND e.account = $3", id_space, mode, scope);
    while (rows.next()) out[{rows.text(0), rows.text(1)}] = {rows.integer(2), rows.text(3), rows.text(4)};
    return out;
}

Value movement_json(const Integration& integration, const std::pair<std::string, std::string>& key, const Side& side) {
    Value out = Value::object({{"integration", integration.id()}, {"kind", key.first}, {"id", key.second}});
    out.set("amount", money::format(side.minor, money::Currency::of(side.currency).value_or(money::Currency()))).set("currency", side.currency);
    return side.payment.empty() ? out : out.set("payment", side.payment);
}

class Comparison {
  public:
    Comparison(store::Store& store, ProveWindow window) : store_(store), window_(window) {
        for (const char* name : {"ours_only", "theirs_only", "amount_differs", "fee_differs", "not_checkable"}) result_.set(name, Value::array());
    }
    void add(const char* list, Value item) { result_.find(list)->push(std::move(item)); }
    Value take() { return std::move(result_); }

    void compare(const Integration& integration, const Theirs& theirs, const std::string& scope) {
        const Movements ours = store_.read([&](store::Session& db) { return list_ours(db, integration.manifest().id_space, integration.source.mode(), scope); });
        for (const auto& [key, side] : theirs.movements) {
            const auto mine = ours.find(key);
            if (mine == ours.end()) add("theirs_only", movement_json(integration, key, side));
            else if (mine->second.minor != side.minor || mine->second.currency != side.currency) add("amount_differs", movement_json(integration, key, mine->second).set("theirs", std::to_string(side.minor)));
            else if (key.first == "capture") compare_fee(integration, key.second, mine->second.payment, theirs);
        }
        for (const auto& [key, side] : ours)
            if (!theirs.movements.count(key) && in_window(side.payment)) add("ours_only", movement_json(integration, key, side));
    }

  private:
    bool in_window(const std::string& payment) {
        return store_.read([&](store::Session& db) {
            auto rows = db.query("SELECT created_at FROM payments WHERE id = $1", payment);
            return rows.next() && rows.integer(0) >= window_.from_ms && rows.integer(0) < window_.to_ms;
        });
    }
    void compare_fee(const Integration& integration, const std::string& id, const std::string& payment, const Theirs& theirs) {
        const auto fee = theirs.fees.find(id);
        const auto p = store_.read([&](store::Session& db) { return load_payment(db, payment); });
        if (fee == theirs.fees.end() || !p || fee_status(*p) != "known" || fee->second.currency != p->currency) return;
        if (p->own().fee() != fee->second.minor)
            add("fee_differs", Value::object({{"integration", integration.id()}, {"payment", payment}, {"ours", money::format(p->own().fee(), p->currency)}, {"theirs", money::format(fee->second)}}));
    }

    store::Store& store_;
    ProveWindow window_;
    Value result_ = Value::object();
};

/// The scope an integration's effects are kept under, as it is known without writing anything.
std::string scope_known(store::Session& db, const Integration& integration) {
    for (const std::string* name : {&integration.source.key_hash, &integration.source.account}) {
        auto rows = db.query("SELECT scope FROM account_scopes WHERE id_space = $1 AND mode = $2 AND name = $3", integration.manifest().id_space, integration.source.mode(), *name);
        if (rows.next()) return rows.text(0);
    }
    return integration.source.key_hash;
}

}  // namespace

Value prove(store::Store& store, exchange::Exchange& exchange, const Integrations& integrations, ProveWindow window) {
    Comparison comparison(store, window);
    std::map<std::string, bool> seen;
    const auto all = integrations.all();
    for (const auto& [id, integration] : *all) {
        if (integration->manifest().category != config::Category::payment) continue;
        auto skip = [&, &name = id](const std::string& why, bool unread) { comparison.add("not_checkable", Value::object({{"integration", name}, {"reason", why}, {"unread", unread}})); };
        if (!integration->instance) {
            skip(integration->unavailable, true);
            continue;
        }
        if (!integration->manifest().operation("transactions.list/1")) {
            skip("the provider has no list of transactions", false);
            continue;
        }
        const std::string scope = store.read([&, &one = *integration](store::Session& db) { return scope_known(db, one); });
        // Two integrations of one account share their books.
        if (!seen.emplace(integration->manifest().id_space + "/" + integration->source.mode() + "/" + scope, true).second) continue;
        const Theirs theirs = list_theirs(exchange, *integration, window);
        if (!theirs.failed.empty()) skip(theirs.failed, true);
        else comparison.compare(*integration, theirs, scope);
    }
    return comparison.take();
}

bool proves_equal(const Value& result) {
    for (const char* name : {"ours_only", "theirs_only", "amount_differs", "fee_differs"})
        if (!result.find(name)->items().empty()) return false;
    return true;
}

std::vector<std::string> unread_lists(const Value& result) {
    std::vector<std::string> out;
    for (const Value& item : result.find("not_checkable")->items())
        if (const Value* unread = item.find("unread"); unread && unread->boolean() == true) out.push_back(item.text("integration") + ": " + item.text("reason"));
    return out;
}

}  // namespace turnpike::payments
