#include "emetec.hpp"
#include "observe.hpp"

namespace emetec {
namespace {

using turnpike::Json;
using turnpike::Observations;

/// The ciphertext's hexadecimal digits: the whole body, or a member of it.
std::string_view ciphertext_of(const Op& op) {
    const std::string_view wrapped = op.inbound().json()["encryptedBody"].text();
    if (!wrapped.empty()) return wrapped;
    std::string_view body = op.inbound().body();
    while (!body.empty() && (body.back() == '\n' || body.back() == '\r')) body.remove_suffix(1);
    return body;
}

/// Sealed with AES-256-GCM: what opens is authentic, there is no other signature.
bool opened(const Op& op, std::string_view& plain) {
    const turnpike::Inbound inbound = op.inbound();
    std::string_view nonce;
    const std::string_view given = inbound.header("X-Initialization-Vector");
    if (!op.host().try_transform("unhex/1", given, nonce) || nonce.size() != 12) return false;
    turnpike::Proof proof("aes-256-gcm", turnpike::Key::setting("webhook_key", TPK_HEX));
    proof.part(ciphertext_of(op));
    proof.claimed(inbound.header("X-Authentication-Tag"), TPK_HEX);
    proof.ciphertext(TPK_HEX, nonce);
    return op.prove(proof, &plain);
}

std::string event_of(const Json& payment) {
    return std::string(payment["id"].text()) + ':' + std::string(payment["paymentType"].text()) +
           ':' + std::string(code_of(payment)) + ':' + std::string(payment["timestamp"].text());
}

}  // namespace

Task<Next> Emetec::handle_webhook(Op& op) const {
    std::string_view plain;
    if (!opened(op, plain)) {
        co_return fail(turnpike::Error(turnpike::ErrorKind::forged,
                                       "The message cannot be opened with the webhook key."));
    }
    const Json message(op.host(), plain);
    const Json payment = message["payload"];
    Observations out;
    out.event(event_of(payment), message["type"].text());
    if (message["type"].text() != "PAYMENT" || payment["id"].text().empty())
        co_return done(out.ignore("Messages of this type say nothing about payments."));
    co_return done(out.add(observe(payment, mode_, op.now_unix_ms())));
}

}  // namespace emetec
