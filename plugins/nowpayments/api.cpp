#include "api.hpp"

namespace nowpayments {
namespace {

using turnpike::Answer;
using turnpike::Error;
using turnpike::ErrorKind;
using turnpike::Json;
using turnpike::Request;

constexpr std::string_view kKeyUnknown =
    "NOWPayments does not accept the API key.  Test keys come from a sandbox account of its own.";

std::string url_of(turnpike::Mode mode, const std::string& path) {
    const bool live = mode == turnpike::Mode::live;
    return (live ? "https://api.nowpayments.io/v1" : "https://api-sandbox.nowpayments.io/v1") +
           path;
}

Error refused(uint32_t status, std::string_view code) {
    if (status == 401 || code == "INVALID_API_KEY" || code == "AUTH_REQUIRED")
        return Error(ErrorKind::auth, std::string(kKeyUnknown)).field("/settings/api_key");
    if (code == "AMOUNT_MINIMAL_ERROR") {
        return Error(ErrorKind::input, "The amount is below what this coin can carry.")
            .field("/amount");
    }
    if (code == "CURRENCY_UNAVAILABLE")
        return Error(ErrorKind::input, "This coin is not available now.").field("/method");
    if (code == "PAYMENT_NOT_FOUND" || status == 404) {
        return Error(ErrorKind::input, "NOWPayments has no such payment under this key.")
            .field("/provider_reference");
    }
    if (status == 403) return Error(ErrorKind::auth, std::string(kKeyUnknown));
    return Error(ErrorKind::input, "NOWPayments refuses a parameter.");
}

Error error_of(const Answer& answer) {
    if (!answer.answered()) return turnpike::no_answer(answer);
    const uint32_t status = answer.status();
    if (status == 429) {
        return Error(ErrorKind::rate, "NOWPayments asks for fewer calls.")
            .retry_after_ms(answer.retry_after_ms())
            .http_status(status)
            .no_effect();
    }
    const Json body = answer.json();
    const std::string_view code = body["code"].text();
    if (!body.is_object() || (code.empty() && body["message"].text().empty()))
        return turnpike::garbage(answer);
    const bool final = status >= 400 && status < 500;
    Error out = final ? refused(status, code).no_effect()
                      : Error(ErrorKind::provider, "NOWPayments has a fault of its own.");
    return out.http_status(status).provider_code(code).provider_message(body["message"].text());
}

}  // namespace

Request get(const Store& store, std::string_view label, const std::string& path,
            const turnpike::Form& query) {
    return Request("GET", turnpike::with_query(url_of(store.mode, path), query))
        .label(label)
        .secret_header("x-api-key", store.api_key);
}

Request post(const Store& store, std::string_view label, const std::string& path,
             const turnpike::JsonObject& body) {
    return Request("POST", url_of(store.mode, path))
        .label(label)
        .secret_header("x-api-key", store.api_key)
        .json(body)
        .retry(turnpike::Retry::idempotent);
}

turnpike::Task<Json> fetch(turnpike::Op& op, Request request) {
    const Answer answer = co_await op.http(request);
    if (!answer.ok()) throw error_of(answer);
    const Json object = answer.json();
    if (!object.is_object()) throw turnpike::garbage(answer);
    co_return object;
}

}  // namespace nowpayments
