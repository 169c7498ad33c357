#include <algorithm>
#include <charconv>

#include "duo.hpp"

namespace duo {
namespace {

using turnpike::Answer;
using turnpike::Error;
using turnpike::ErrorKind;
using turnpike::Request;
using turnpike::Retry;

constexpr uint32_t kLongPollMs = 62'000;
constexpr uint32_t kFirstWaitMs = 1'000;
constexpr uint32_t kLongestWaitMs = 10'000;
constexpr int kMostTries = 4;
constexpr uint32_t kOffsetKeptS = 3600;

ErrorKind kind_of(std::string_view code, uint32_t status) {
    if (code.starts_with("401") || code.starts_with("403")) return ErrorKind::auth;
    if (code.starts_with("429") || status == 429) return ErrorKind::rate;
    if (status == 401 || status == 403) return ErrorKind::auth;
    // A request that Duo does not take is no sign that Duo is away.
    return status >= 400 && status < 500 ? ErrorKind::input : ErrorKind::provider;
}

std::string_view words_of(std::string_view code) {
    if (code == "40101" || code == "40104") return "Duo misses a part of the signature.";
    if (code == "40102") return "Duo does not know this Integration Key.";
    if (code == "40103") return "Duo does not accept the Secret.";
    if (code == "40105") return "The clock of this machine differs too much from Duo's.";
    if (code == "40301") return "The application in Duo's Admin Panel is of another type.";
    if (code == "40003") return "This person is enrolled already.";
    if (code == "42901") return "Duo asks us to slow down.";
    return "Duo refused.";
}

std::string_view setting_of(std::string_view code) {
    if (code == "40102") return "/settings/integration_key";
    if (code == "40103") return "/settings/secret_key";
    return code == "40301" ? "/settings/flow" : "";
}

Error refusal(const Answer& answer, const Json& body) {
    const std::string_view code = body["code"].scalar();
    std::string message(body["message"].text());
    if (const std::string_view detail = body["message_detail"].text(); !detail.empty()) {
        message += ": ";
        message += detail;
    }
    return Error(kind_of(code, answer.status()), std::string(words_of(code)))
        .http_status(answer.status())
        .provider_code(code)
        .provider_message(message)
        .field(setting_of(code))
        .retry_after_ms(answer.retry_after_ms());
}

}  // namespace

Request Duo::request(const Op& op, const Ask& what, int64_t offset_s) const {
    Signed text;
    text.method = what.method;
    text.host = host_;
    text.path = what.path;
    text.date = rfc2822(op.now_unix_ms() + offset_s * 1000);
    const bool get = what.method == "GET";
    const std::string params = canonical(what.params);
    if (get) text.query = params;
    if (!get && version_5_) {
        JsonObject body;
        for (const auto& [name, value] : what.params) body.set(name, value);
        text.body = body.json();
    }
    if (!get && !version_5_) text.form = params;
    Request out(what.method, url(what.path) + (get && !params.empty() ? "?" + params : ""));
    // Signed with the time: the same bytes are stale after five minutes, so only what was not sent goes again.
    std::move(out).label(what.label).retry(Retry::if_unsent).redact("passcode");
    if (what.long_poll) std::move(out).long_poll().timeout_ms(kLongPollMs);
    if (!get && version_5_) std::move(out).body("application/json", text.body);
    if (!get && !version_5_) std::move(out).body("application/x-www-form-urlencoded", params);
    if (what.unsigned_call) return out;
    std::move(out).header("Date", text.date);
    std::move(out).secret_header("Authorization",
                                 authorization(op.host(), text, version_5_, integration_key_));
    return out;
}

Task<int64_t> Duo::clock_offset_s(Op& op) const {
    Ask ping{"GET", "/auth/v2/ping", "ping", {}, false, true};
    const Request question = request(op, ping, 0);
    const Answer answer = co_await op.http(question);
    const auto time = answer.json()["response"]["time"].integer();
    if (!answer.ok() || !time) throw Error(ErrorKind::auth, std::string(words_of("40105")));
    co_return *time - answer.at_unix_ms() / 1000;
}

Task<Json> Duo::ask(Op& op, Ask what) const {
    int64_t offset = 0;
    const std::string_view kept = op.kept("clock_offset_s");
    std::from_chars(kept.data(), kept.data() + kept.size(), offset);
    bool corrected = false;
    uint32_t pause_ms = kFirstWaitMs;
    for (int tries = 1;; ++tries) {
        const Request question = request(op, what, offset);
        const Answer answer = co_await op.http(question);
        if (!answer.answered()) throw no_answer(answer);
        const Json body = answer.json();
        if (answer.ok() && body["stat"].text() == "OK") co_return body["response"];
        if (!body.is_object()) {
            if (answer.status() < 500 && answer.status() >= 400) throw refusal(answer, body);
            throw garbage(answer);
        }
        const Error error = refusal(answer, body);
        const bool late = body["code"].scalar() == "40105" && !corrected;
        if (late) {
            corrected = true;
            offset = co_await clock_offset_s(op);
            op.keep("clock_offset_s", std::to_string(offset), kOffsetKeptS,
                    turnpike::KeepFor::transcript_may_show);
            continue;
        }
        if (answer.status() != 429 || tries >= kMostTries) throw error;
        const uint32_t asked_ms = answer.retry_after_ms();
        co_await op.wait(std::min(asked_ms ? asked_ms : pause_ms, kLongestWaitMs));
        pause_ms *= 2;
    }
}

JsonObject decision(const Json& response) {
    // Only `result` decides; an unknown one is a no.
    const std::string result = turnpike::lower(response["result"].text());
    const std::string status = turnpike::lower(response["status"].text());
    JsonObject out;
    if (result == "allow")
        return out.set("status", "allowed").set("reason", status == "bypass" ? "bypass" : "approved");
    if (result == "waiting") return out.set("status", "waiting");
    if (status == "sent") return out.set("status", "waiting").set("factor", "passcode");
    if (status == "timeout") return out.set("status", "expired").set("reason", "timeout");
    const bool told = status == "fraud" || status == "locked_out";
    return out.set("status", "denied").set("reason", told ? status : "user_denied");
}

}  // namespace duo
