#include "observe.hpp"
#include "paystack.hpp"

namespace paystack {
namespace {

using turnpike::Json;
using turnpike::Observation;
using turnpike::Observations;
using turnpike::Status;

/// There is no secret for webhooks alone: the secret key signs them too.
bool signature_fits(const Op& op) {
    const turnpike::Inbound inbound = op.inbound();
    turnpike::Proof proof("hmac-sha512", turnpike::Key::setting("private_key"));
    proof.part(inbound.body()).claimed(inbound.header("x-paystack-signature"), TPK_HEX);
    return op.prove(proof);
}

/// Refund events come without a dependable id: they say that there is something to ask about.
Observation observe_refund_event(const Json& data, turnpike::Mode mode, int64_t at_unix_ms) {
    Observation out(mode_of(data, mode), at_unix_ms);
    std::string_view reference = data["transaction_reference"].text();
    if (reference.empty()) reference = data["transaction"]["reference"].text();
    out.provider_reference(reference).status(Status::succeeded).query();
    return out;
}

std::string name_of(std::string_view type, const Json& data) {
    std::string out(type);
    for (const char* member : {"reference", "transaction_reference", "refund_reference", "id",
                               "amount", "status"}) {
        if (const std::string_view part = data[member].scalar(); !part.empty()) {
            out += ':';
            out += part;
        }
    }
    return out;
}

}  // namespace

Task<Next> Paystack::handle_webhook(Op& op) const {
    if (!signature_fits(op)) {
        co_return fail(turnpike::Error(turnpike::ErrorKind::forged,
                                       "The x-paystack-signature does not prove this body."));
    }
    const Json event = op.inbound().json();
    const std::string_view type = event.need_text("/event");
    const Json data = event["data"];
    const int64_t now = op.now_unix_ms();
    Observations out;
    out.event(name_of(type, data), type);
    if (type == "charge.success") {
        out.add(observe_transaction(data, mode_, now));
    } else if (type.starts_with("refund.")) {
        out.add(observe_refund_event(data, mode_, now));
    } else if (type.starts_with("charge.dispute.")) {
        out.add(observe_dispute(data, mode_, now));
    } else {
        out.ignore("Events of this type say nothing about payments.");
    }
    co_return done(out);
}

}  // namespace paystack
