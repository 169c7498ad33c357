#include <algorithm>

#include "host/app/api.hpp"
#include "host/app/csv.hpp"
#include "host/payments/quote.hpp"
#include "host/payments/view.hpp"

namespace turnpike::app {
namespace {

using json::Value;

/// Whether the portal offers it: payments it can create, in a mode the call acts in.
bool is_offered(const payments::Integration& integration, const Principal& who) {
    const bool pays = integration.manifest().operation("payment.create/1") != nullptr;
    const bool emulated_in_production = integration.route->sandbox_url && !who.in_mode("test");
    return pays && !payments::offered_currencies(integration).empty() && integration.enabled && integration.instance && who.in_mode(integration.source.mode()) && !emulated_in_production;
}

void list_ways(const ApiDeps& deps, const Call& call) {
    const std::string currency = call.request->query_param("currency").value_or("");
    Value data = Value::array();
    const auto all = deps.service.deps().integrations.all();
    for (const auto& [id, integration] : *all) {
        if (!is_offered(*integration, call.who)) continue;
        const auto& def = integration->source.def;
        const std::vector<std::string> offered = payments::offered_currencies(*integration);
        if (!currency.empty() && std::find(offered.begin(), offered.end(), currency) == offered.end()) continue;
        Value currencies = Value::array();
        for (const std::string& code : offered) currencies.push(code);
        data.push(Value::object({{"id", id}, {"label", def.label.empty() ? integration->manifest().name : def.label}, {"provider", def.provider}, {"mode", integration->source.mode()},
                                 {"currencies", std::move(currencies)}}));
    }
    call.answer(200, page_json(std::move(data), ""));
}

void show_me(const ApiDeps& deps, const Call& call) {
    deps.service.deps().store.read([&](store::Session& db) {
        Value balances = Value::array();
        {
            auto rows = db.query("SELECT currency, mode, balance FROM balances WHERE customer = $1 ORDER BY mode, currency", call.who.customer);
            while (rows.next()) {
                const auto currency = money::Currency::of(rows.text(0));
                if (currency && call.who.in_mode(rows.text(1)))
                    balances.push(Value::object({{"currency", rows.text(0)}, {"mode", rows.text(1)}, {"balance", money::format(rows.integer(2), *currency)}}));
            }
        }
        auto rows = db.query("SELECT name, email FROM customers WHERE id = $1 AND erased_at IS NULL", call.who.customer);
        if (!rows.next()) return call.fail(problem(404, "not_found", "This customer does not exist any more.")), 0;
        auto text = [](const std::string& t) { return t.empty() ? Value() : Value(t); };
        call.answer(200, Value::object({{"customer", call.who.customer}, {"name", text(rows.text(0))}, {"email", text(rows.text(1))}, {"balances", std::move(balances)}}));
        return 0;
    });
}

void pay(const ApiDeps& deps, const Call& call) {
    auto body = Body::read(*call.request);
    if (!body) return call.fail(body.error());
    payments::CreateRequest r;
    r.customer = call.who.customer;
    r.integration = body->need("integration", 63);
    r.amount = body->need("amount", 40);
    r.currency = body->need("currency", 3);
    r.quote = body->text("quote", 64);
    r.locale = body->text("locale", 35);
    r.method = body->text("method", 64);
    r.ip = call.request->remote_ip;
    if (auto wrong = body->finish()) return call.fail(*wrong);
    const auto integration = deps.service.deps().integrations.find(r.integration);
    if (!integration || !is_offered(*integration, call.who)) return call.fail(problem(422, "unknown_integration", "There is no such way to pay."));
    r.mode = integration->source.mode();
    r.return_url = deps.people.public_url() + "/portal";
    r.metadata = Value::object();
    auto key = idempotency_key(call, r.mode);
    if (!key) return call.fail(key.error());
    r.key = std::move(*key);
    deps.service.create(r, call.then());
}

void quote(const ApiDeps& deps, const Call& call) {
    auto body = Body::read(*call.request);
    if (!body) return call.fail(body.error());
    const std::string integration = body->need("integration", 63);
    const std::string currency = body->need("currency", 3);
    const std::string amount = body->need("amount", 40);
    if (auto wrong = body->finish()) return call.fail(*wrong);
    const auto found = deps.service.deps().integrations.find(integration);
    if (!found || !is_offered(*found, call.who)) return call.fail(problem(422, "unknown_integration", "There is no such way to pay."));
    deps.service.quote(integration, currency, amount, call.then());
}

/// What a payer may see: nothing of the provider's words to the operator.
Value for_payer(Value payment) {
    for (const char* name : {"provider_ids", "provider_reference", "metadata", "customer"}) payment.erase(name);
    return payment;
}

void list_own_payments(const ApiDeps& deps, const Call& call, bool csv) {
    auto page = page_asked(call);
    if (!page) return call.fail(page.error());
    if (csv) page->limit = kMostCsvRows;
    deps.service.deps().store.read([&](store::Session& db) {
        auto rows = db.prepare("SELECT " + std::string(payments::kPaymentColumns) + " FROM payments WHERE customer = $1 AND seq < $2 AND ($4 = '' OR mode = $4) ORDER BY seq DESC LIMIT $3");
        rows->bind(1, call.who.customer);
        rows->bind(2, row_number(page->after).value_or(INT64_MAX));
        rows->bind(3, page->limit + 1);
        rows->bind(4, page->mode);
        Value data = Value::array();
        std::string last, next;
        while (rows->step()) {
            const payments::Payment p = payments::read_payment_row(*rows);
            if (data.items().size() == static_cast<size_t>(page->limit)) next = last;
            else data.push(for_payer(payments::payment_json(p)));
            last = std::to_string(p.seq);
        }
        if (csv) call.reply.send(csv_response(data, {"id", "created_at", "status", "reference", "amount", "surcharge", "total", "refunded", "credited", "currency", "mode"}, *call.request, next));
        else call.answer(200, page_json(std::move(data), next));
        return 0;
    });
}

void show_own_payment(const ApiDeps& deps, const Call& call) {
    const std::string& id = call.request->param("id");
    const auto payment = deps.service.deps().store.read([&](store::Session& db) { return payments::load_payment(db, id); });
    if (!payment || payment->customer != call.who.customer || !call.who.in_mode(payment->mode)) return call.fail(problem(404, "not_found", "There is no payment " + id + "."));
    call.answer(200, for_payer(payments::payment_json(*payment)));
}

}  // namespace

void add_portal_routes(const ApiDeps& deps) {
    add_portal_route(deps, {"GET", "/v1/portal/me", ""}, [deps](const Call& call) { show_me(deps, call); });
    add_portal_route(deps, {"GET", "/v1/portal/ways", ""}, [deps](const Call& call) { list_ways(deps, call); });
    add_portal_route(deps, {"POST", "/v1/portal/quotes", ""}, [deps](const Call& call) { quote(deps, call); });
    add_portal_route(deps, {"POST", "/v1/portal/payments", ""}, [deps](const Call& call) { pay(deps, call); });
    add_portal_route(deps, {"GET", "/v1/portal/payments", ""}, [deps](const Call& call) { list_own_payments(deps, call, false); });
    add_portal_route(deps, {"GET", "/v1/portal/payments.csv", ""}, [deps](const Call& call) { list_own_payments(deps, call, true); });
    add_portal_route(deps, {"GET", "/v1/portal/payments/{id}", ""}, [deps](const Call& call) { show_own_payment(deps, call); });
}

}  // namespace turnpike::app
