#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

namespace turnpike::plugins {

/// The C ABI's structures (sdk/include/turnpike/provider.h) as owned C++ values.  They cross threads and a
/// process border; nothing in them points into a plugin.  Meanings and limits are the ABI header's.

struct Header {
    std::string name;
    std::string value;
    bool sensitive = false;
};

enum class RetryClass { never, if_unsent, idempotent };

struct HttpRequest {
    std::string method;
    std::string url;
    std::vector<Header> headers;
    std::string body;
    std::string label;
    std::string coalesce_key;
    std::string client_cert;          ///< key of a pem setting
    std::vector<std::string> redact;  ///< names masked in transcripts
    RetryClass retry = RetryClass::never;
    uint32_t timeout_ms = 0;          ///< 0 = host default
    bool secret_answer = false;
    bool long_poll = false;
    int64_t send_before_unix_ms = 0;  ///< 0 = none
};

struct HttpResponse {
    uint32_t status = 0;
    std::vector<Header> headers;
    std::string body;
};

enum class Sent { maybe, no };
enum class FailReason { none, dns, connect, tls, timeout, too_large, policy, stale, breaker, denied };
enum class EventKind { response, failed, timer, service, coalesced };

struct Event {
    EventKind kind = EventKind::response;
    Sent sent = Sent::maybe;
    FailReason reason = FailReason::none;
    int64_t at_unix_ms = 0;
    std::string label;
    std::string json;
    HttpResponse response;
};

struct Inbound {
    std::string method;
    std::string path;  ///< what follows the URL we handed out
    std::string query;
    std::string remote_ip;
    std::vector<Header> headers;
    std::string body;  ///< the very bytes
};

/// What a plugin sees in one step; see tpk_step.
struct Step {
    uint64_t run = 0;  ///< one way through an operation, in this process; 0 = none in particular.  Not the plugin's to see
    std::string op;  ///< "payment.create/1"
    std::string op_id;
    std::string idempotency_key;
    std::string input_json;
    std::string cache_json = "{}";
    std::optional<Inbound> inbound;
    std::vector<Event> events;
    uint32_t attempt = 0;
    int64_t now_unix_ms = 0;
    int64_t deadline_unix_ms = 0;
    std::array<uint8_t, 32> seed{};
};

enum class ErrorKind { config = 1, input, unsupported, auth, declined, rate, provider, forged, internal };
enum class Effect { unknown, none };

struct PluginError {
    ErrorKind kind = ErrorKind::internal;
    Effect effect = Effect::unknown;
    uint32_t retry_after_ms = 0;
    uint32_t http_status = 0;
    std::string provider_code;
    std::string provider_message;
    std::string hint;
    std::string field;
    bool crashed = false;  ///< the host's own finding: a worker died of this step
};

struct Call {
    std::string service;
    std::string request_json;
};
struct Wait {
    uint32_t delay_ms = 0;
};
struct Done {
    std::string result_json;
};
using Verdict = std::variant<HttpRequest, Call, Wait, Done, PluginError>;

struct Keep {
    uint32_t after_event = 0;
    std::string key;
    std::string value;  ///< empty = forget
    uint32_t ttl_s = 0;
    bool secret = false;
    bool durable = false;
};

struct ExactReply {
    uint32_t status = 200;
    std::vector<Header> headers;
    std::string body;
};

struct LogLine {
    uint32_t level = 0;  ///< TPK_LOG_*
    std::string message;
};

/// The answer of one step: exactly one verdict, and what was said before it.  A plugin that breaks a rule (two
/// verdicts, none, an exception, a crash of its worker, invalid UTF-8, too late) yields PluginError{internal}
/// whose hint names the rule.
struct Outcome {
    Verdict verdict;
    std::vector<Keep> keeps;
    std::vector<LogLine> logs;
    std::optional<ExactReply> reply;
    bool proven = false;           ///< prove() said yes in this step
    uint32_t duration_us = 0;
};

}  // namespace turnpike::plugins
