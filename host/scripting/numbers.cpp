#include "host/scripting/numbers.hpp"

#include <algorithm>

#include "host/json/read.hpp"
#include "host/json/write.hpp"
#include "host/payments/plugin_problem.hpp"

namespace turnpike::scripting {
namespace {

using json::Value;
using payments::Answered;

constexpr int64_t kDeadlineMs = 40'000;

Value rows_of(const exchange::OperationResult& result) {
    const Value said = json::read(result.done()->result_json).value_or(Value::object());
    const Value* rows = said.find("numbers");
    return rows && rows->is_array() ? *rows : Value::array();
}

const Value* row_of(const Value& rows, const std::string& did) {
    const auto bare = [](const std::string& text) { return text.rfind('+', 0) == 0 ? text.substr(1) : text; };
    for (const Value& one : rows.items())
        if (bare(one.text("did")) == bare(did)) return &one;
    return nullptr;
}

/// Whether nobody knows what the driver did: anything but its own refusal.
bool unknown(const exchange::OperationResult& result) { return result.error() && result.error()->effect != plugins::Effect::none; }

std::optional<std::string> company_of(const payments::Integration& integration) {
    const auto found = integration.source.def.settings.find("company");
    const std::string text = found == integration.source.def.settings.end() ? "" : std::string(found->second.value.string().value_or(""));
    return text.empty() ? std::nullopt : std::optional(text);
}

void set_number(store::Tx& tx, const Number& n) {
    tx.db.run("UPDATE numbers SET status = $2, data = $3, updated_at = $4 WHERE id = $1", n.id, n.status, json::write(n.data), tx.now_ms);
}

}  // namespace

Result<payments::IntegrationPtr> Numbers::usable(const std::string& id, const std::string& op) const {
    payments::IntegrationPtr integration = deps_.integrations.find(id);
    if (!integration) return failure(422, "unknown_integration", "There is no integration " + id + ".");
    if (!integration->enabled) return failure(422, "integration_disabled", "The integration " + id + " is disabled.");
    if (!integration->instance) return failure(503, "integration_unavailable", "The integration " + id + " is unavailable: " + integration->unavailable);
    if (!integration->manifest().operation(op)) return failure(422, "unsupported_operation", "The provider of " + id + " does not offer " + op.substr(0, op.find('/')) + ".");
    return integration;
}

void Numbers::ask(payments::IntegrationPtr integration, const char* op, const std::string& op_id, Value input, exchange::Completion then) {
    exchange::OperationCall call;
    call.instance = integration->instance;
    call.route = integration->route;
    call.op = op;
    call.op_id = op_id;
    call.idempotency_key = op_id.substr(0, 36);
    call.input_json = json::write(input);
    call.deadline_unix_ms = deps_.store.clock().now_ms() + kDeadlineMs;
    deps_.exchange.run(std::move(call), std::move(then));
}

void Numbers::search(const std::string& id, const std::string& number, ValueThen then) {
    auto integration = usable(id, "numbers.search/1");
    if (!integration) return then(Failure(integration.error()));
    ask(*integration, "numbers.search/1", deps_.ids.make("srch_"), Value::object({{"number", number}}), [then](exchange::OperationResult result) {
        if (result.error()) return then(Failure(payments::plugin_problem(result)));
        then(rows_of(result));
    });
}

void Numbers::compare(const std::string& id, ValueThen then) {
    auto integration = usable(id, "numbers.list/1");
    if (!integration) return then(Failure(integration.error()));
    ask(*integration, "numbers.list/1", deps_.ids.make("list_"), Value::object(), [this, integration = *integration, then](exchange::OperationResult result) {
        if (result.error()) return then(Failure(payments::plugin_problem(result)));
        const Value theirs = rows_of(result);
        const auto ours = deps_.store.read([&](store::Session& db) { return list_numbers(db, {integration->id(), integration->source.mode(), "held", ""}, 10'000); });
        Value here = Value::array(), there = Value::array();
        for (const Value& one : theirs.items())
            if (std::none_of(ours.begin(), ours.end(), [&](const Number& n) { return row_of(Value::array({one}), n.did) != nullptr; })) here.push(one.text("did"));
        for (const Number& n : ours)
            if (!row_of(theirs, n.did)) there.push(n.did);
        then(Value::object({{"provider", theirs}, {"missing_here", here}, {"missing_there", there}}));
    });
}

void Numbers::dry_run(payments::IntegrationPtr integration, const char* op, const std::string& did, payments::Then then) {
    const std::string verb = std::string(op).substr(8, std::string(op).find('/') - 8);
    ask(integration, op, deps_.ids.make("dry_"), Value::object({{"did", did}}), [integration, did, verb, then](exchange::OperationResult result) {
        if (result.error()) return then(Failure(payments::plugin_problem(result)));
        const Value said = json::read(result.done()->result_json).value_or(Value::object());
        Value would = Value::object({{"act", verb}, {"did", did}, {"company", company_of(*integration)}});
        for (const char* name : {"number", "released"})
            if (const Value* found = said.find(name)) would.set(name, *found);
        then(Answered{200, Value::object({{"dry_run", true}, {"mode", "test"}, {"would", would}})});
    });
}

void Numbers::allocate(const std::string& id, const std::string& did, const payments::IdempotencyKey& key, payments::Then then) {
    auto found = usable(id, "numbers.allocate/1");
    if (!found) return then(Failure(found.error()));
    const payments::IntegrationPtr integration = *found;
    if (integration->source.mode() == "test") return dry_run(integration, "numbers.allocate/1", did, then);
    struct Begun {
        payments::Claim claim;
        Number number;
    };
    payments::in_unit<Begun>(deps_.store, [this, integration, did, key](store::Tx& tx) {
        Begun begun;
        Number& n = begun.number;
        n = {deps_.ids.make("num_"), did, integration->id(), integration->source.mode(), "allocating", company_of(*integration), std::nullopt, Value::object(), tx.now_ms, tx.now_ms};
        begun.claim = payments::unwrap(payments::claim(tx, key, Value::object({{"id", n.id}})));
        if (!begun.claim.fresh) {
            n.id = begun.claim.object.text("id");
            for (const Number& known : list_numbers(tx.db, {integration->id(), "", "", ""}, 100'000))
                if (known.id == n.id) n = known;
            return begun;
        }
        auto held = tx.db.query("SELECT integration FROM numbers WHERE did = $1 AND mode = $2 AND status IN ('allocating', 'held', 'releasing')", did, n.mode);
        if (held.next()) payments::refuse(409, "number_held", "The number " + did + " is held by " + held.text(0) + " already.");
        tx.db.run("INSERT INTO numbers (id, did, integration, mode, company, status, created_at, updated_at) VALUES ($1, $2, $3, $4, $5, 'allocating', $6, $6)", n.id, n.did, n.integration, n.mode, n.company, tx.now_ms);
        return begun;
    }, [this, integration, key, then](Result<Begun> begun) {
        if (!begun) return then(Failure(begun.error()));
        const bool again = !begun->claim.fresh;
        if (again && begun->claim.status != 0) {
            const Value* problem = begun->claim.object.find("problem");
            return then(Answered{begun->claim.status, problem ? *problem : number_json(begun->number), true});
        }
        if (!begin(begun->number.id)) return then(failure(409, "idempotency_in_progress", "The first request with this Idempotency-Key is still being worked on."));
        run_allocate(integration, std::move(begun->number), again, key, then);
    });
}

/// `again`: an earlier try may have allocated it, so the driver's list is read before anything is asked.
void Numbers::run_allocate(payments::IntegrationPtr integration, Number number, bool again, payments::IdempotencyKey key, payments::Then then) {
    auto try_it = [this, integration, number, key, then] {
        ask(integration, "numbers.allocate/1", number.id, Value::object({{"did", number.did}}), [this, integration, number, key, then](exchange::OperationResult result) {
            if (!result.error()) {
                const Value said = json::read(result.done()->result_json).value_or(Value::object());
                const Value* row = said.find("number");
                return allocated(number, key, row ? *row : Value::object(), then);
            }
            const Problem problem = payments::plugin_problem(result);
            if (!unknown(result)) return not_allocated(number, key, problem, then);
            look_up(integration, number, key, then, [this, number, key, problem, then] { not_allocated(number, key, problem, then); });
        });
    };
    if (!again) return try_it();
    look_up(integration, number, key, then, try_it);
}

void Numbers::look_up(payments::IntegrationPtr integration, Number number, payments::IdempotencyKey key, payments::Then then, std::function<void()> absent) {
    ask(integration, "numbers.list/1", deps_.ids.make("list_"), Value::object(), [this, number, key, then, absent](exchange::OperationResult result) {
        if (result.error()) {
            // Still nobody knows: the row stays, and the same key asks again.
            end(number.id);
            return then(Answered{202, number_json(number)});
        }
        const Value rows = rows_of(result);
        if (const Value* row = row_of(rows, number.did)) return allocated(number, key, *row, then);
        absent();
    });
}

void Numbers::allocated(Number n, const payments::IdempotencyKey& key, const Value& row, payments::Then then) {
    n.status = "held";
    n.data = row;
    finish(n.id, [n, key](store::Tx& tx) {
        set_number(tx, n);
        payments::answer_claim(tx, key, 201, Value::object({{"id", n.id}}));
        return Answered{201, number_json(n)};
    }, then);
}

void Numbers::not_allocated(Number n, const payments::IdempotencyKey& key, const Problem& problem, payments::Then then) {
    n.status = "failed";
    finish(n.id, [n, key](store::Tx& tx) {
        set_number(tx, n);
        payments::release_claim(tx, key);
        return Answered{};
    }, [problem, then](Result<Answered> stored) { then(stored ? Result<Answered>(Failure(problem)) : std::move(stored)); });
}

void Numbers::release(const std::string& id, const std::string& did, payments::Then then) {
    auto found = usable(id, "numbers.release/1");
    if (!found) return then(Failure(found.error()));
    const payments::IntegrationPtr integration = *found;
    if (integration->source.mode() == "test") return dry_run(integration, "numbers.release/1", did, then);
    const auto held = deps_.store.read([&](store::Session& db) { return list_numbers(db, {id, integration->source.mode(), "", ""}, 100'000); });
    const auto row = std::find_if(held.begin(), held.end(), [&](const Number& n) { return n.did == did; });
    if (row == held.end()) return then(failure(404, "not_found", "The integration " + id + " holds no number " + did + "."));
    if (row->status == "released") return then(Answered{200, number_json(*row)});
    if (row->status != "held" && row->status != "releasing") return then(failure(409, "number_busy", "The number is " + row->status + "."));
    if (!begin(row->id)) return then(failure(409, "number_busy", "The number is being worked on."));
    ask(integration, "numbers.release/1", row->id, Value::object({{"did", did}}), [this, integration, number = *row, then](exchange::OperationResult result) {
        auto end_as = [this, number, then](const char* status, std::optional<Problem> problem) {
            Number n = number;
            n.status = status;
            finish(n.id, [n](store::Tx& tx) { return set_number(tx, n), Answered{200, number_json(n)}; }, [problem, then](Result<Answered> stored) {
                then(stored && problem ? Result<Answered>(Failure(*problem)) : std::move(stored));
            });
        };
        if (!result.error()) {
            const Value said = json::read(result.done()->result_json).value_or(Value::object());
            const Value* released = said.find("released");
            if (released && released->boolean().value_or(false)) return end_as("released", std::nullopt);
            return end_as("held", problem(409, "not_released", "The provider keeps the number: not released."));
        }
        const Problem problem = payments::plugin_problem(result);
        if (!unknown(result)) return end_as("held", problem);
        // A number that is gone from the provider's list was released.
        ask(integration, "numbers.list/1", deps_.ids.make("list_"), Value::object(), [number, end_as, problem](exchange::OperationResult listed) {
            if (listed.error()) return end_as("releasing", problem);
            const Value rows = rows_of(listed);
            if (row_of(rows, number.did)) end_as("held", problem);
            else end_as("released", std::nullopt);
        });
    });
}

void Numbers::finish(const std::string& id, std::function<Answered(store::Tx&)> work, payments::Then then) {
    payments::in_unit<Answered>(deps_.store, std::move(work), [this, id, then](Result<Answered> answered) {
        end(id);
        then(std::move(answered));
    });
}

bool Numbers::begin(const std::string& id) {
    std::lock_guard lock(mutex_);
    return running_.insert(id).second;
}

void Numbers::end(const std::string& id) {
    std::lock_guard lock(mutex_);
    running_.erase(id);
}

}  // namespace turnpike::scripting
