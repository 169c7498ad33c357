#include "api.hpp"

#include "errors.hpp"

namespace stripe {
namespace {

using turnpike::Answer;
using turnpike::Request;

constexpr uint32_t kRepeats = 2;
constexpr uint32_t kFirstPauseMs = 500;

Request request(std::string_view method, const std::string& url, const std::string& private_key,
                std::string_view label) {
    return Request(method, url)
        .label(label)
        .bearer(private_key)
        .header("Stripe-Version", kApiVersion)
        .retry(turnpike::Retry::idempotent);
}

bool worth_repeating(const Answer& answer) {
    if (!answer.answered()) return false;  // the host has repeated it already, within its rules
    const std::string_view advice = answer.header("Stripe-Should-Retry");
    if (advice == "false") return false;
    if (advice == "true" || answer.status() == 409 || answer.status() >= 500) return true;
    return answer.status() == 429 && error_code(answer) == "lock_timeout";
}

}  // namespace

Request get(const std::string& private_key, std::string_view label, std::string_view path,
            const turnpike::Form& query) {
    const std::string url = "https://api.stripe.com" + std::string(path);
    return request("GET", turnpike::with_query(url, query), private_key, label);
}

Request post(const turnpike::Op& op, const std::string& private_key, std::string_view label,
             std::string_view path, const turnpike::Form& form) {
    return request("POST", "https://api.stripe.com" + std::string(path), private_key, label)
        .header("Idempotency-Key", op.idempotency_key())
        .form(form);
}

turnpike::Task<Answer> send(turnpike::Op& op, Request request) {
    Answer answer = co_await op.http(request);
    for (uint32_t i = 0; i < kRepeats && worth_repeating(answer); ++i) {
        const uint32_t pause_ms = kFirstPauseMs << i;
        if (op.now_unix_ms() + pause_ms >= op.deadline_unix_ms()) break;
        co_await op.wait(pause_ms);
        answer = co_await op.http(request);
    }
    co_return answer;
}

turnpike::Task<turnpike::Json> fetch(turnpike::Op& op, Request request) {
    const Answer answer = co_await send(op, std::move(request));
    if (!answer.ok()) throw error_of(answer);
    const turnpike::Json object = answer.json();
    if (!object.is_object()) throw turnpike::garbage(answer);
    co_return object;
}

bool replayed(const Answer& answer) { return answer.header("Idempotent-Replayed") == "true"; }

}  // namespace stripe
