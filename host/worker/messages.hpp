#pragma once

#include <string>
#include <vector>

#include "host/plugins/key_desk.hpp"
#include "host/plugins/step.hpp"
#include "host/worker/wire.hpp"

/// What host and worker say to each other, each the payload of a frame (frame.hpp).
namespace turnpike::plugins {

template <class A>
void fields(A& a, Header& v) { a(v.name, v.value, v.sensitive); }
template <class A>
void fields(A& a, HttpRequest& v) {
    a(v.method, v.url, v.headers, v.body, v.label, v.coalesce_key, v.client_cert, v.redact, v.retry, v.timeout_ms, v.secret_answer, v.long_poll, v.send_before_unix_ms);
}
template <class A>
void fields(A& a, HttpResponse& v) { a(v.status, v.headers, v.body); }
template <class A>
void fields(A& a, Event& v) { a(v.kind, v.sent, v.reason, v.at_unix_ms, v.label, v.json, v.response); }
template <class A>
void fields(A& a, Inbound& v) { a(v.method, v.path, v.query, v.remote_ip, v.headers, v.body); }
template <class A>
void fields(A& a, Step& v) {
    a(v.run, v.op, v.op_id, v.idempotency_key, v.input_json, v.cache_json, v.inbound, v.events, v.attempt, v.now_unix_ms, v.deadline_unix_ms, v.seed);
}
template <class A>
void fields(A& a, PluginError& v) { a(v.kind, v.effect, v.retry_after_ms, v.http_status, v.provider_code, v.provider_message, v.hint, v.field); }
template <class A>
void fields(A& a, Call& v) { a(v.service, v.request_json); }
template <class A>
void fields(A& a, Wait& v) { a(v.delay_ms); }
template <class A>
void fields(A& a, Done& v) { a(v.result_json); }
template <class A>
void fields(A& a, Keep& v) { a(v.after_event, v.key, v.value, v.ttl_s, v.secret, v.durable); }
template <class A>
void fields(A& a, ExactReply& v) { a(v.status, v.headers, v.body); }
template <class A>
void fields(A& a, LogLine& v) { a(v.level, v.message); }
/// `proven` and the time it took do not cross: the host knows both better.
template <class A>
void fields(A& a, Outcome& v) { a(v.verdict, v.keeps, v.logs, v.reply); }
template <class A>
void fields(A& a, Proven& v) { a(v.yes, v.opened); }
template <class A>
void fields(A& a, KeyProof& v) { a(v.scheme, v.setting, v.key_encoding, v.parts, v.parts_encoding, v.claimed, v.nonce, v.aad, v.inbound); }
template <class A>
void fields(A& a, KeyUse& v) { a(v.kind, v.scheme, v.setting, v.key_encoding, v.data); }

}  // namespace turnpike::plugins

namespace turnpike::worker {

/// Whether an operation ends with this outcome.
inline bool is_final(const plugins::Outcome& outcome) {
    return std::holds_alternative<plugins::Done>(outcome.verdict) || std::holds_alternative<plugins::PluginError>(outcome.verdict);
}

/// The first thing a worker is told.
struct Start {
    std::string provider;
    std::string manifest_text;
    std::string config_json;
    uint64_t memory_max_bytes = 0;
};
template <class A>
void fields(A& a, Start& v) { a(v.provider, v.manifest_text, v.config_json, v.memory_max_bytes); }

/// The worker's answer to Start: ready, or why not.
struct Started {
    bool ready = false;
    std::string refusal;        ///< the plugin cannot be used here at all
    plugins::Outcome settings;  ///< what create() said when it made nothing of its settings
};
template <class A>
void fields(A& a, Started& v) { a(v.ready, v.refusal, v.settings); }

/// One step.  `known` events of this operation are with the worker already; the step holds the rest.
struct StepMessage {
    uint32_t known = 0;
    plugins::Step step;
};
template <class A>
void fields(A& a, StepMessage& v) { a(v.known, v.step); }

}  // namespace turnpike::worker
