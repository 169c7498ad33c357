#include "host/app/api.hpp"
#include "host/payments/observation.hpp"
#include "host/payments/payment_rows.hpp"

namespace turnpike::app {
namespace {

using json::Value;
using payments::refuse;

constexpr size_t kMostLines = 50;

/// "2026-11-22" as Unix milliseconds of its beginning in UTC.
void copy_day(Body& body, const std::string& name, Value& to) {
    const std::string text = body.text(name, 10);
    if (text.empty()) return;
    if (!day_ms(text)) return body.fault("/" + name, "wrong_type", name + " is a day such as 2026-11-22.");
    to.set(name, text);
}

/// A line of a document: {description, amount, account?}, its amount as the border has it.
class Lines {
  public:
    Lines(Body& body, money::Currency currency) : body_(body), currency_(currency) {}

    Value read(const std::string& name) {
        Value out = Value::array();
        const Value* list = body_.take_array(name, kMostLines);
        for (size_t i = 0; list && i < list->items().size(); ++i) out.push(line(list->items()[i], "/" + name + "/" + std::to_string(i)));
        return out;
    }
    Value amount(const std::string& text, const std::string& pointer) {
        const auto amount = money::parse_positive_amount(text, currency_);
        if (!amount) {
            body_.fault(pointer, "amount_invalid", amount.error().detail);
            return {};
        }
        total_ = money::add(total_, amount->minor);
        return payments::money_json(*amount);
    }
    Value total() const { return payments::money_json({total_, currency_}); }

  private:
    Value line(const Value& from, const std::string& at) {
        Value out = Value::object({{"description", from.text("description")}, {"amount", amount(from.text("amount"), at + "/amount")}});
        if (from.text("description").empty()) body_.fault(at + "/description", "missing_field", "A line says what it is for.");
        if (const std::string account = from.text("account"); !account.empty()) out.set("account", account);
        return out;
    }

    Body& body_;
    money::Currency currency_;
    int64_t total_ = 0;
};

money::Currency currency_of(Body& body) {
    const std::string code = body.need("currency", 3);
    const auto currency = money::Currency::of(code);
    if (!currency && !code.empty()) body.fault("/currency", "unknown_currency", "\"" + code + "\" is no ISO 4217 currency.");
    return currency.value_or(money::Currency());
}

/// Somebody outside our customers: {name, email?, number?, bank_account?}.
Value person(Body& body, const std::string& name) {
    const Value* given = body.take_object(name);
    if (!given || given->text("name").empty()) {
        body.fault("/" + name, "missing_field", name + " is an object with a name.");
        return Value::object();
    }
    Value out = Value::object({{"name", given->text("name").substr(0, 200)}});
    for (const char* member : {"email", "currency"})
        if (const std::string text = given->text(member); !text.empty()) out.set(member, text);
    if (const std::string number = given->text("number"); !number.empty()) out.set("id", number);
    if (const Value* bank = given->find("bank_account"); bank && bank->is_object()) out.set("bank_account", *bank);
    return out;
}

Value customer_json(store::Session& db, const std::string& id) {
    auto rows = db.query("SELECT email, name FROM customers WHERE id = $1 AND erased_at IS NULL", id);
    if (!rows.next()) refuse(422, "unknown_customer", "There is no customer " + id + ".");
    Value out = Value::object({{"id", id}});
    return out.set_if("email", rows.maybe_text(0)).set_if("name", rows.maybe_text(1));
}

/// Books what `compose` made of the body, once it is without faults.
void book(const ApiDeps& deps, const Call& call, accounting::Asked asked, std::optional<Problem> wrong) {
    if (wrong) return call.fail(*wrong);
    auto integration = deps.accounting.usable(asked.integration, asked.op);
    if (!integration) return call.fail(integration.error());
    const std::string mode = (*integration)->source.mode();
    if (!call.who.in_mode(mode)) return call.fail(problem(403, "forbidden", "This token does not act in " + mode + " mode."));
    auto key = idempotency_key(call, mode);
    if (!key) return call.fail(key.error());
    asked.key = std::move(*key);
    deps.accounting.create(std::move(asked), call.then());
}

accounting::Asked asked_of(Body& body, const char* kind, const char* op) {
    accounting::Asked out;
    out.kind = kind;
    out.op = op;
    out.integration = body.need("integration", 63);
    out.input = Value::object();
    return out;
}

void book_contact(const ApiDeps& deps, const Call& call, Body& body) {
    accounting::Asked asked = asked_of(body, "contact", "accounting.contact.save/1");
    const std::string customer = body.text("customer", 100);
    const bool both = !customer.empty() && body.has("contact");
    if (both) body.fault("/contact", "not_allowed", "Name a customer or a contact, not both.");
    Value who = customer.empty() ? person(body, "contact") : Value::object();
    auto wrong = body.finish();
    if (!wrong && !customer.empty()) {
        asked.customer = customer;
        who = deps.service.deps().store.read([&](store::Session& db) { return customer_json(db, customer); });
    }
    asked.input.set("contact", std::move(who));
    book(deps, call, std::move(asked), std::move(wrong));
}

/// The invoice of a payment that is there already.
void invoice_payment(const ApiDeps& deps, const Call& call, accounting::Asked asked, const std::string& id) {
    asked.input = deps.service.deps().store.read([&](store::Session& db) {
        const auto payment = payments::load_payment(db, id);
        if (!payment) refuse(422, "unknown_payment", "There is no payment " + id + ".");
        if (payment->status != "succeeded") refuse(409, "payment_not_paid", "The payment is " + payment->status + ": only a payment that succeeded is invoiced as paid.");
        if (!payment->customer) refuse(409, "payment_not_paid", "The payment belongs to no customer yet.");
        if (payment->integration == asked.integration) refuse(409, "already_booked", "The payment is an invoice of this integration itself.");
        asked.customer = payment->customer;
        const auto by = deps.service.deps().integrations.find(payment->integration);
        return accounting::invoice_of(*payment, customer_json(db, *payment->customer), by ? by->manifest().name : payment->provider);
    });
    asked.payment = id;
    book(deps, call, std::move(asked), std::nullopt);
}

void invoice(const ApiDeps& deps, const Call& call, Body& body) {
    accounting::Asked asked = asked_of(body, "invoice", "accounting.invoice.create/1");
    if (body.has("payment")) {
        const std::string payment = body.need("payment", 63);
        if (auto wrong = body.finish()) return call.fail(*wrong);
        return invoice_payment(deps, call, std::move(asked), payment);
    }
    const std::string customer = body.need("customer", 100);
    Lines lines(body, currency_of(body));
    asked.input.set("lines", lines.read("lines")).set("number", body.need("number", 100)).set("total", lines.total());
    if (const std::string reference = body.text("reference", 200); !reference.empty()) asked.input.set("reference", reference);
    copy_day(body, "date", asked.input);
    copy_day(body, "due_date", asked.input);
    auto wrong = body.finish();
    if (!wrong) asked.input.set("customer", deps.service.deps().store.read([&](store::Session& db) { return customer_json(db, customer); }));
    asked.customer = customer;
    book(deps, call, std::move(asked), std::move(wrong));
}

/// The provider's id of one of our documents, whose integration must be the same.
std::string provider_id_of(const ApiDeps& deps, Body& body, const std::string& id, const std::string& pointer, const std::string& integration) {
    if (id.empty()) return {};
    const auto document = deps.service.deps().store.read([&](store::Session& db) { return accounting::load_document(db, id); });
    if (document && document->integration == integration && document->provider_id) return *document->provider_id;
    body.fault(pointer, "unknown_document", "There is no booked document " + id + " at this integration.");
    return {};
}

void payment(const ApiDeps& deps, const Call& call, Body& body) {
    accounting::Asked asked = asked_of(body, "payment", "accounting.payment.create/1");
    Lines lines(body, currency_of(body));
    Value paid = Value::object({{"reference", body.need("reference", 200)}});
    paid.set("amount", lines.amount(body.need("amount", 40), "/amount"));
    if (const std::string account = body.text("account", 40); !account.empty()) paid.set("account", account);
    copy_day(body, "date", paid);
    asked.input.set("invoice", provider_id_of(deps, body, body.need("invoice", 63), "/invoice", asked.integration)).set("payment", std::move(paid)).set("total", lines.total());
    book(deps, call, std::move(asked), body.finish());
}

void bill(const ApiDeps& deps, const Call& call, Body& body) {
    accounting::Asked asked = asked_of(body, "bill", "accounting.bill.create/1");
    Lines lines(body, currency_of(body));
    asked.input.set("supplier", person(body, "supplier")).set("number", body.need("number", 100)).set("lines", lines.read("lines")).set("total", lines.total());
    for (const char* day : {"date", "due_date", "planned_date"}) copy_day(body, day, asked.input);
    book(deps, call, std::move(asked), body.finish());
}

void batch_payment(const ApiDeps& deps, const Call& call, Body& body) {
    accounting::Asked asked = asked_of(body, "batch_payment", "accounting.batch_payment.create/1");
    Lines lines(body, currency_of(body));
    Value payments = Value::array();
    const Value* list = body.take_array("payments", kMostLines);
    for (size_t i = 0; list && i < list->items().size(); ++i) {
        const Value& from = list->items()[i];
        const std::string at = "/payments/" + std::to_string(i);
        Value one = Value::object({{"bill", provider_id_of(deps, body, from.text("bill"), at + "/bill", asked.integration)}, {"amount", lines.amount(from.text("amount"), at + "/amount")}});
        if (from.text("bill").empty()) body.fault(at + "/bill", "missing_field", "Each payment names the bill it pays.");
        for (const char* name : {"bank_account_number", "details"})
            if (const std::string text = from.text(name); !text.empty()) one.set(name, text);
        payments.push(std::move(one));
    }
    if (!list || list->items().empty()) body.fault("/payments", "missing_field", "payments is a list of at least one bill.");
    asked.input.set("payments", std::move(payments)).set("narrative", body.need("narrative", 18)).set("total", lines.total());
    if (const std::string account = body.text("account", 40); !account.empty()) asked.input.set("account", account);
    if (const std::string details = body.text("details", 18); !details.empty()) asked.input.set("details", details);
    copy_day(body, "date", asked.input);
    book(deps, call, std::move(asked), body.finish());
}

void bank_transaction(const ApiDeps& deps, const Call& call, Body& body) {
    accounting::Asked asked = asked_of(body, "bank_transaction", "accounting.bank_transaction.create/1");
    Lines lines(body, currency_of(body));
    asked.input.set("type", body.word("type", {"spend", "receive"}, "spend")).set("contact", person(body, "contact")).set("reference", body.need("reference", 200));
    asked.input.set("lines", lines.read("lines")).set("total", lines.total());
    if (const std::string account = body.text("account", 40); !account.empty()) asked.input.set("account", account);
    copy_day(body, "date", asked.input);
    book(deps, call, std::move(asked), body.finish());
}

void reconciliation(const ApiDeps& deps, const Call& call) {
    accounting::Period period;
    period.integration = call.request->query_param("integration").value_or("");
    const auto from = day_ms(call.request->query_param("from").value_or("")), to = day_ms(call.request->query_param("to").value_or(""));
    if (period.integration.empty()) return call.fail(problem(422, "missing_field", "Say which integration's books are meant."));
    if (!from || !to || *to < *from) return call.fail(problem(422, "out_of_range", "from and to are days such as 2026-11-01; to is the last day of the report."));
    period.from_ms = *from;
    period.to_ms = *to + 86'400'000;
    deps.accounting.reconcile(period, [call](Result<Value> report) {
        if (!report) return call.fail(report.error());
        call.answer(200, *report);
    });
}

void list_booked(const ApiDeps& deps, const Call& call) {
    const auto page = page_asked(call);
    if (!page) return call.fail(page.error());
    const std::string kind = call.request->query_param("kind").value_or(""), integration = call.request->query_param("integration").value_or("");
    deps.service.deps().store.read([&](store::Session& db) {
        Value data = Value::array();
        std::string next, last;
        for (const accounting::Document& d : accounting::list_documents(db, {integration, kind, page->mode, page->after}, page->limit + 1)) {
            if (data.items().size() == static_cast<size_t>(page->limit)) {
                next = last;
                break;
            }
            last = d.id;
            data.push(accounting::document_json(d));
        }
        call.answer(200, page_json(std::move(data), next));
        return 0;
    });
}

}  // namespace

void add_accounting_routes(const ApiDeps& deps) {
    using Handler = void (*)(const ApiDeps&, const Call&, Body&);
    const std::pair<const char*, Handler> posts[] = {{"contacts", book_contact}, {"invoices", invoice}, {"payments", payment}, {"bills", bill}, {"batch-payments", batch_payment}, {"bank-transactions", bank_transaction}};
    for (const auto& [name, handler] : posts)
        add_route(deps, {"POST", std::string("/v1/accounting/") + name, "accounting"}, [deps, handler = handler](const Call& call) {
            auto body = Body::read(*call.request);
            if (!body) return call.fail(body.error());
            handler(deps, call, *body);
        });
    add_route(deps, {"GET", "/v1/accounting/documents", "accounting"}, [deps](const Call& call) { list_booked(deps, call); });
    add_route(deps, {"GET", "/v1/accounting/invoices/{id}", "accounting"}, [deps](const Call& call) { deps.accounting.refresh(call.request->param("id"), call.then()); });
    add_route(deps, {"GET", "/v1/accounting/reconciliation", "accounting"}, [deps](const Call& call) { reconciliation(deps, call); });
}

}  // namespace turnpike::app
