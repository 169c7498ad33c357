#include "host/exchange/route.hpp"
#include "host/json/read.hpp"
#include "host/json/write.hpp"
#include "host/payments/service.hpp"

namespace turnpike::payments {
namespace {

/// While a provider is emulated, so are the pages a browser is sent to.  A page of the manifest is shown by us.
json::Value shown_action(const Source& source, json::Value action, const std::string& page_url) {
    if (action.find("page")) action.set("url", page_url);
    if (action.text("type") == "page") return action;
    for (const char* name : {"url", "script", "image_url"})
        if (json::Value* url = action.find(name))
            if (auto text = url->string(); text && *text != page_url) *url = exchange::rewrite_for_sandbox(source.sandbox_url, std::string(*text));
    return action;
}

CreateAnswer read_answer(const Source& source, const json::Value& result, const std::string& page_url) {
    CreateAnswer out;
    if (const json::Value* action = result.find("next_action")) out.next_action = shown_action(source, *action, page_url);
    if (const json::Value* data = result.find("provider_data")) out.provider_data = *data;
    if (const json::Value* expires = result.find("expires_at_unix_ms")) out.expires_at_ms = expires->integer();
    return out;
}

/// Money that another account received is not this payment's, but what its payer must do next is.
Payment keep_answer(store::Tx& tx, int64_t seq, const CreateAnswer& answer) {
    Payment p = load_payment(tx.db, seq).value();
    if (!answer.next_action && !answer.provider_data && !answer.expires_at_ms) return p;
    take_answer(p, answer);
    update_payment(tx, p);
    return p;
}

}  // namespace

void store_transcript(store::Tx& tx, std::optional<int64_t> payment_seq, const std::string& integration, const std::string& op,
                      const exchange::OperationResult& result) {
    if (result.transcript.empty()) return;
    tx.db.run("INSERT INTO transcripts (payment, integration, op, at, data) VALUES ($1, $2, $3, $4, $5)", payment_seq, integration, op,
              tx.now_ms, json::write(exchange::to_json(result.transcript)));
}

Payment apply_result(store::Tx& tx, Settler& settler, const Source& source, const exchange::OperationResult& result, const Occasion& occasion,
                     const Payment& payment, const std::string& page_url) {
    const auto value = json::read(result.done()->result_json);
    if (!value) refuse(500, "plugin_fault", "The plugin's result cannot be read.");
    Observation o = unwrap(read_observation(*value));
    // The provider was asked about this payment: whatever names it gives, the answer is about this one.
    o.reference = payment.reference;
    o.answer = read_answer(source, *value, page_url);
    Settled settled = settler.settle(tx, source, o, occasion);
    return settled.payment_seq == payment.seq ? std::move(*settled.payment) : keep_answer(tx, payment.seq, o.answer);
}

}  // namespace turnpike::payments
