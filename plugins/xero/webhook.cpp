#include <set>

#include "xero.hpp"

namespace xero {
namespace {

/// Invoices of our organisation that the message names; `events` counts all it names.
std::set<std::string> invoices_of(const Json& message, std::string_view tenant, int& events) {
    std::set<std::string> out;
    for (const Json& event : message["events"].items()) {
        ++events;
        const bool invoice = event["eventCategory"].text() == "INVOICE";
        const bool ours = tenant.empty() || turnpike::lower(event["tenantId"].text()) == tenant;
        const std::string_view id = event["resourceId"].text();
        if (invoice && ours && id.size() == 36) out.insert(turnpike::lower(id));
    }
    return out;
}

}  // namespace

/// The message carries ids only, so the invoices are fetched after it was acknowledged.  Xero wants 200 or 401, an
/// empty body and no cookie; its intent to receive is a message without events.
Task<Next> Xero::handle_webhook(Op& op) const {
    const turnpike::Inbound message = op.inbound();
    const std::string_view claimed = message.header("x-xero-signature");
    // The key looks like base64 and is not decoded.
    turnpike::Proof proof("hmac-sha256", turnpike::Key::setting("webhook_key"));
    proof.part(message.body()).claimed(claimed, TPK_BASE64);
    if (claimed.empty() || !op.prove(proof)) {
        op.reply(401);
        throw Error(ErrorKind::forged, "The message is not signed with the webhook key.");
    }
    op.reply(200);
    const Json body = message.json();
    turnpike::Observations out;
    int events = 0;
    const std::set<std::string> ids = invoices_of(body, tenant_, events);
    out.event(body["entropy"].text(), events == 0 ? "intent to receive" : "changed");
    if (ids.empty()) co_return done(out.ignore(events == 0 ? "Xero asks whether somebody listens" : "nothing about an invoice of this organisation"));
    std::string list;
    for (const std::string& id : ids) list += (list.empty() ? "" : ",") + id;
    const Json found = co_await ask(op, get("/Invoices?IDs=" + turnpike::percent(list), "invoices.get"));
    int ours = 0;
    for (const Json& one : found["Invoices"].items()) {
        if (!is_ours(one)) continue;
        ++ours;
        out.add(observe(one, op.now_unix_ms()));
    }
    if (ours == 0) out.ignore("no invoice that pays a top-up");
    co_return done(out);
}

}  // namespace xero
