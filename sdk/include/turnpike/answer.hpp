#pragma once

#include <charconv>
#include <cstdint>
#include <string_view>

#include "turnpike/error.hpp"
#include "turnpike/headers.hpp"
#include "turnpike/json.hpp"

namespace turnpike {

/// What came of one http: a response, a failure (perhaps after the request had its effect), or
/// another operation's result.  Views; good for the whole step.
class Answer {
  public:
    Answer(const Host& host, const tpk_event& event) : host_(&host), event_(&event) {}

    /// A response arrived, whatever it says.
    bool answered() const {
        return event_->kind == TPK_EVENT_RESPONSE && event_->response != nullptr;
    }
    /// No byte of the request left the host.  Otherwise a request without answer may have had its
    /// effect.
    bool unsent() const { return !answered() && event_->sent == TPK_SENT_NO; }
    /// TPK_FAIL_* when there is no response.
    uint32_t failure() const { return answered() ? 0 : event_->reason; }

    uint32_t status() const { return answered() ? event_->response->status : 0; }
    bool ok() const { return status() >= 200 && status() < 300; }
    std::string_view body() const {
        return answered() ? view(event_->response->body) : std::string_view();
    }
    Json json() const { return answered() ? Json(*host_, body()) : Json(); }
    Headers headers() const {
        if (!answered()) return {};
        return {event_->response->headers, event_->response->header_count};
    }
    std::string_view header(std::string_view name) const { return headers()[name]; }
    /// Retry-After in whole seconds as milliseconds; 0 when absent or a date.
    uint32_t retry_after_ms() const {
        uint32_t seconds = 0;
        const std::string_view text = header("Retry-After");
        const auto [end, failed] = std::from_chars(text.data(), text.data() + text.size(), seconds);
        const bool whole = failed == std::errc() && end == text.data() + text.size();
        return whole && seconds <= 86400 ? seconds * 1000 : 0;
    }

    /// Another operation made this call (Request::coalesce): what it kept, {"key":"value"}.
    bool coalesced() const { return event_->kind == TPK_EVENT_COALESCED; }
    Json kept() const { return coalesced() ? Json(*host_, view(event_->json)) : Json(); }

    int64_t at_unix_ms() const { return event_->at_unix_ms; }

  private:
    const Host* host_;
    const tpk_event* event_;
};

/// The failure of a request that got no response.  Its effect is unknown unless nothing was sent.
inline Error no_answer(const Answer& answer) {
    auto words = [&]() -> std::string_view {
        switch (answer.failure()) {
            case TPK_FAIL_DNS:
                return "The provider's name could not be resolved.";
            case TPK_FAIL_CONNECT:
                return "The connection to the provider failed.";
            case TPK_FAIL_TLS:
                return "The provider's certificate was not accepted.";
            case TPK_FAIL_TIMEOUT:
                return "The provider did not answer in time.";
            case TPK_FAIL_TOO_LARGE:
                return "The provider's answer was too large.";
            case TPK_FAIL_POLICY:
                return "The host's egress rules refused the request.";
            case TPK_FAIL_STALE:
                return "The request was not sent before its time.";
            case TPK_FAIL_BREAKER:
                return "Calls to the provider are paused after many failures.";
            default:
                return "The provider gave no answer.";
        }
    };
    Error error(ErrorKind::provider);
    error.hint(words());
    if (answer.unsent()) error.no_effect();
    return error;
}

/// The failure of a response that is no message of this provider: a proxy's page, cut JSON.
/// Whatever the request did is unknown.
inline Error garbage(const Answer& answer) {
    Error error(ErrorKind::provider, "The provider's answer cannot be read.");
    error.http_status(answer.status()).provider_message(cut(answer.body(), 200));
    return error;
}

}  // namespace turnpike
