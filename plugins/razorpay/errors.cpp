#include "api.hpp"

namespace razorpay {
namespace {

using turnpike::Answer;
using turnpike::Error;
using turnpike::ErrorKind;
using turnpike::Json;

constexpr std::string_view kKeysUnknown =
    "Razorpay does not accept the keys: generate them again under Account & Settings, API Keys.";

bool says(std::string_view text, std::string_view part) {
    return text.find(part) != std::string_view::npos;
}

/// A 400 was refused before anything happened.
Error bad_request(const Json& error) {
    const std::string_view words = error["description"].text();
    if (says(words, "Authentication failed")) {
        return Error(ErrorKind::auth, std::string(kKeysUnknown)).field("/settings/key_secret");
    }
    if (error["field"].text() == "amount" || says(words, "amount must be")) {
        return Error(ErrorKind::input, "The amount is outside Razorpay's limits.").field("/amount");
    }
    if (says(words, "is not a valid id") || says(words, "does not exist")) {
        return Error(ErrorKind::input, "Razorpay has no such object under these keys.")
            .field("/provider_reference");
    }
    if (says(words, "not be sent") || error["reason"].text() == "input_validation_failed") {
        return Error(ErrorKind::input,
                     "Razorpay refuses the field " + std::string(error["field"].text()) + ".");
    }
    return Error(ErrorKind::declined, "Razorpay refuses this in the payment's present state.");
}

Error kind_of(const Answer& answer, const Json& error) {
    const uint32_t status = answer.status();
    if (status == 429) {
        return Error(ErrorKind::rate, "Razorpay asks for fewer calls.")
            .retry_after_ms(answer.retry_after_ms())
            .no_effect();
    }
    if (status == 401) {
        return Error(ErrorKind::auth, std::string(kKeysUnknown))
            .field("/settings/key_secret")
            .no_effect();
    }
    // 409: the first request with this refund key is still being worked on.
    if (status == 409) return Error(ErrorKind::provider, "Razorpay is still working on this.");
    const std::string_view code = error["code"].text();
    // A key that was used with another body belongs to a refund that may have happened.
    if (says(error["description"].text(), "same idempotency key")) {
        return Error(ErrorKind::provider, "Razorpay knows this refund by another content.");
    }
    if (code == "BAD_REQUEST_ERROR" && status < 500) return bad_request(error).no_effect();
    if (code == "GATEWAY_ERROR") return Error(ErrorKind::provider, "The bank gave no answer.");
    return Error(ErrorKind::provider, "Razorpay has a fault of its own.");
}

}  // namespace

Error error_of(const Answer& answer) {
    if (!answer.answered()) return turnpike::no_answer(answer);
    const Json error = answer.json()["error"];
    if (!error.is_object() && answer.status() != 429 && answer.status() != 401) {
        return turnpike::garbage(answer);
    }
    Error out = kind_of(answer, error);
    return out.http_status(answer.status())
        .provider_code(error["code"].text())
        .provider_message(error["description"].text());
}

}  // namespace razorpay
