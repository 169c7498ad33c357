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

/// Members only the results of create and complete have: what the payer must do next and what later operations need.
void take_answer(store::Tx& tx, const Source& source, const json::Value& result, int64_t seq, const std::string& page_url) {
    const json::Value* action = result.find("next_action");
    const json::Value* data = result.find("provider_data");
    const json::Value* expires = result.find("expires_at_unix_ms");
    if (!action && !data && !expires) return;
    Payment p = load_payment(tx.db, seq).value();
    if (action) p.next_action = shown_action(source, *action, page_url);
    if (data) p.provider_data = *data;
    if (expires && expires->integer()) p.expires_at = *expires->integer();
    update_payment(tx, p);
}

}  // namespace

void store_transcript(store::Tx& tx, std::optional<int64_t> payment_seq, const std::string& integration, const std::string& op,
                      const exchange::OperationResult& result) {
    if (result.transcript.empty()) return;
    tx.db.run("INSERT INTO transcripts (payment, integration, op, at, data) VALUES ($1, $2, $3, $4, $5)", payment_seq, integration, op,
              tx.now_ms, json::write(exchange::to_json(result.transcript)));
}

void apply_result(store::Tx& tx, Settler& settler, const Source& source, const exchange::OperationResult& result, const Occasion& occasion,
                  const Payment& payment, const std::string& page_url) {
    const auto value = json::read(result.done()->result_json);
    if (!value) refuse(500, "plugin_fault", "The plugin's result cannot be read.");
    take_answer(tx, source, *value, payment.seq, page_url);
    Observation o = unwrap(read_observation(*value));
    // The provider was asked about this payment: whatever names it gives, the answer is about this one.
    o.reference = payment.reference;
    settler.settle(tx, source, o, occasion);
}

}  // namespace turnpike::payments
