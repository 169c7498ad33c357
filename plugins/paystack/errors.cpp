#include "api.hpp"

namespace paystack {
namespace {

using turnpike::Answer;
using turnpike::Error;
using turnpike::ErrorKind;
using turnpike::Json;

constexpr std::string_view kKeyUnknown =
    "Paystack does not accept the secret key: copy it again from Settings, API Keys & Webhooks.";

/// Some answers put the words one level deeper.
std::string_view words_of(const Json& envelope) {
    const std::string_view nested = envelope["data"]["message"].text();
    return nested.empty() ? envelope["message"].text() : nested;
}

bool mentions(std::string_view text, std::string_view part) {
    return text.find(part) != std::string_view::npos;
}

/// Validation refuses before anything happens.
Error invalid(std::string_view code, std::string_view words) {
    if (code == "invalid_Key" || words == "Invalid key") {
        return Error(ErrorKind::auth, std::string(kKeyUnknown)).field("/settings/private_key");
    }
    if (code == "transaction_not_found" || mentions(words, "not found")) {
        return Error(ErrorKind::input, "Paystack has no such transaction under this key.")
            .field("/provider_reference");
    }
    if (mentions(words, "Email")) {
        return Error(ErrorKind::input, "Paystack needs an e-mail address of the customer.")
            .field("/customer/email");
    }
    if (mentions(words, "mount") && code == "invalid_params") {
        return Error(ErrorKind::input, "Paystack refuses the amount.").field("/amount");
    }
    if (mentions(words, "urrency")) {
        return Error(ErrorKind::input, "The business is not enabled for this currency.")
            .field("/currency");
    }
    if (code == "missing_params" || code == "invalid_params") {
        return Error(ErrorKind::input, "Paystack refuses a parameter.");
    }
    return Error(ErrorKind::declined, "Paystack refuses this in the payment's present state.");
}

Error error_kind(const Answer& answer, const Json& envelope) {
    const uint32_t status = answer.status();
    if (status == 429) {
        return Error(ErrorKind::rate, "Paystack asks for fewer calls.")
            .retry_after_ms(answer.retry_after_ms())
            .no_effect();
    }
    if (status == 401) {
        return Error(ErrorKind::auth, std::string(kKeyUnknown))
            .field("/settings/private_key")
            .no_effect();
    }
    if (status >= 400 && status < 500) {
        return invalid(envelope["code"].text(), words_of(envelope)).no_effect();
    }
    return Error(ErrorKind::provider, "Paystack has a fault of its own.");
}

}  // namespace

Error error_of(const Answer& answer) {
    if (!answer.answered()) return turnpike::no_answer(answer);
    const Json envelope = answer.json();
    const bool known = envelope.is_object() && !words_of(envelope).empty();
    if (!known && answer.status() != 429 && answer.status() != 401)
        return turnpike::garbage(answer);
    Error out = error_kind(answer, envelope);
    return out.http_status(answer.status())
        .provider_code(envelope["code"].text())
        .provider_message(words_of(envelope));
}

}  // namespace paystack
