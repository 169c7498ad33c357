#include "errors.hpp"

namespace stripe {
namespace {

using turnpike::Answer;
using turnpike::Error;
using turnpike::ErrorKind;
using turnpike::Json;

constexpr std::string_view kKeyUnknown =
    "Stripe does not accept the private key: copy it again from Developers, API keys.";
constexpr std::string_view kKeyLacksRight =
    "The private key lacks a right: a restricted key needs write on Checkout Sessions, "
    "PaymentIntents, "
    "Refunds and Webhook Endpoints, read on Charges, Disputes and Balance.";
constexpr std::string_view kOtherMode =
    "The object lives in Stripe's other mode: the private key belongs to another mode than the "
    "payment.";
constexpr std::string_view kNoSuchObject =
    "Stripe has no such object under this key: was the payment made with another account?";

Error missing_object(const Json& error) {
    if (error["message"].text().find("exists in ") != std::string_view::npos) {
        return Error(ErrorKind::config, std::string(kOtherMode)).field("/settings/private_key");
    }
    return Error(ErrorKind::input, std::string(kNoSuchObject)).field("/provider_reference");
}

bool is_about_amount(const Json& error) {
    const std::string_view code = error["code"].text();
    return code == "amount_too_small" || code == "amount_too_large";
}

Error bad_request(const Json& error) {
    if (is_about_amount(error)) {
        return Error(ErrorKind::input, "The amount is outside Stripe's limits.").field("/amount");
    }
    const std::string_view code = error["code"].text();
    if (code == "parameter_missing" || code == "parameter_unknown" ||
        code.starts_with("parameter_invalid")) {
        return Error(ErrorKind::input,
                     "Stripe refuses the field " + std::string(error["param"].text()) + ".");
    }
    return Error(ErrorKind::declined, "Stripe refuses this in the payment's present state.");
}

/// The kind and the words; every one of these was refused before anything happened.
Error refused(uint32_t status, const Json& error) {
    if (status == 401) {
        return Error(ErrorKind::auth, std::string(kKeyUnknown)).field("/settings/private_key");
    }
    if (status == 403) {
        return Error(ErrorKind::auth, std::string(kKeyLacksRight)).field("/settings/private_key");
    }
    if (status == 402) return Error(ErrorKind::declined, "The card was declined.");
    if (status == 404) return missing_object(error);
    return bad_request(error);
}

Error rate_limited(const Answer& answer) {
    Error error(ErrorKind::rate, "Stripe asks for fewer calls.");
    return error.retry_after_ms(answer.retry_after_ms()).no_effect();
}

}  // namespace

std::string_view error_code(const Answer& answer) { return answer.json()["error"]["code"].text(); }

Error error_of(const Answer& answer) {
    if (!answer.answered()) return turnpike::no_answer(answer);
    const Json error = answer.json()["error"];
    const std::string_view code = error["code"].text();
    const uint32_t status = answer.status();
    auto detailed = [&](Error out) {
        const std::string_view decline = error["decline_code"].text();
        out.http_status(status).provider_code(decline.empty() ? code : decline);
        return out.provider_message(error["message"].text());
    };
    if (status == 429 || code == "rate_limit") return detailed(rate_limited(answer));
    if (!error.is_object()) return turnpike::garbage(answer);
    // An idempotency clash speaks of an earlier request with this key, and that one may have had
    // its effect.
    if (status == 409 || error["type"].text() == "idempotency_error") {
        return detailed(
            Error(ErrorKind::provider, "Stripe knows this request by another content."));
    }
    if (status >= 400 && status <= 404) return detailed(refused(status, error).no_effect());
    return detailed(Error(ErrorKind::provider, "Stripe has a fault of its own."));
}

}  // namespace stripe
