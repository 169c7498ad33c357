#include "api.hpp"

namespace paymongo {
namespace {

using turnpike::Answer;
using turnpike::Error;
using turnpike::ErrorKind;
using turnpike::Json;

constexpr std::string_view kKeyUnknown =
    "PayMongo does not accept the secret key: copy it again from Developers, API Keys.";

/// Declines a payer must not be told the reason of.
bool is_hidden(std::string_view sub_code) {
    for (const std::string_view code : {"fraudulent", "highest_risk_level", "lost_card", "pickup_card",
                                        "processor_blocked", "restricted_card", "stolen_card", "blocked"}) {
        if (sub_code == code) return true;
    }
    return false;
}

/// 400 and 404 were refused before anything happened, except where PayMongo says it was at work.
Error refused(std::string_view code, std::string_view attribute) {
    if (code == "provider_processing_error" || code == "resource_processing_error") {
        return Error(ErrorKind::provider, "PayMongo was at work and does not know how it ended.");
    }
    if (code == "api_key_invalid") {
        return Error(ErrorKind::auth, std::string(kKeyUnknown))
            .field("/settings/private_key")
            .no_effect();
    }
    if (code == "livemode_mismatched") {
        return Error(ErrorKind::config, "The object lives in PayMongo's other mode.")
            .field("/settings/private_key")
            .no_effect();
    }
    if (code == "resource_not_found") {
        return Error(ErrorKind::input, "PayMongo has no such object under this key.")
            .field("/provider_reference")
            .no_effect();
    }
    if (code.starts_with("parameter_")) {
        Error out(ErrorKind::input, "PayMongo refuses the field " + std::string(attribute) + ".");
        if (attribute.find("amount") != std::string_view::npos) out.field("/amount");
        return out.no_effect();
    }
    return Error(ErrorKind::declined, "PayMongo refuses this in the payment's present state.")
        .no_effect();
}

Error error_kind(const Answer& answer, const Json& first) {
    const uint32_t status = answer.status();
    if (status == 429) {
        return Error(ErrorKind::rate, "PayMongo asks for fewer calls.")
            .retry_after_ms(answer.retry_after_ms() ? answer.retry_after_ms() : 60000)
            .no_effect();
    }
    if (status == 401 || status == 403) {
        return Error(ErrorKind::auth, std::string(kKeyUnknown))
            .field("/settings/private_key")
            .no_effect();
    }
    if (status >= 500) return Error(ErrorKind::provider, "PayMongo has a fault of its own.");
    return refused(first["code"].text(), first["source"]["attribute"].text());
}

}  // namespace

std::string_view error_code(const Answer& answer) {
    return answer.json()["errors"][size_t{0}]["code"].text();
}

Error error_of(const Answer& answer) {
    if (!answer.answered()) return turnpike::no_answer(answer);
    const Json first = answer.json()["errors"][size_t{0}];
    const uint32_t status = answer.status();
    const bool plain = status == 429 || status == 401 || status == 403;
    if (!first.is_object() && !plain) return turnpike::garbage(answer);
    Error out = error_kind(answer, first);
    const std::string_view sub = first["sub_code"].text();
    out.http_status(status).provider_code(sub.empty() ? first["code"].text() : sub);
    return out.provider_message(is_hidden(sub) ? "The payment failed." : first["detail"].text());
}

}  // namespace paymongo
