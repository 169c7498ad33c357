#include "host/exchange/exchange.hpp"

#include <algorithm>
#include <cstring>
#include <future>
#include <utility>

#include "host/base/crypto.hpp"
#include "host/json/write.hpp"
#include "host/plugins/collector.hpp"

namespace turnpike::exchange {
namespace {

using plugins::Event;
using plugins::EventKind;
using plugins::FailReason;
using plugins::HttpRequest;
using plugins::PluginError;
using plugins::RetryClass;
using plugins::Sent;

constexpr int64_t kDeadlineMs = 20000;
constexpr int64_t kTimeoutDefaultMs = 15000;
constexpr int64_t kRetryFirstMs = 200;
constexpr int kTriesMax = 3;

bool safe_method(const std::string& method) { return method == "GET" || method == "HEAD"; }

Event event_of(EventKind kind, std::string label, int64_t now_ms) {
    Event e;
    e.kind = kind;
    e.label = std::move(label);
    e.at_unix_ms = now_ms;
    return e;
}

bool must_be_isolated(const OperationCall& call) { return call.instance->isolated(); }

bool fails(const TransferEnd& end) { return !end.answered || end.response.status >= 500; }

bool try_again(const HttpRequest& request, const TransferEnd& end, int tries) {
    if (end.answered || tries >= kTriesMax || end.reason == FailReason::policy || end.reason == FailReason::too_large) return false;
    if (request.retry == RetryClass::idempotent) return true;
    return request.retry == RetryClass::if_unsent && end.sent == Sent::no;
}

}  // namespace

/// An operation on its way; touched by one thread at a time, handed from executor to exchange and back.
struct Exchange::Running {
    OperationCall call;
    Completion completion;
    plugins::Step step;
    OperationResult result;
    std::string coalesce_key;  ///< the call others wait for
    std::string awaits_label;  ///< what the plugin asked for at the newest place
    uint32_t body_bytes = 0;
    uint64_t began_n = 0;
};

plugins::Step Exchange::first_step(const OperationCall& call) const {
    plugins::Step step;
    step.run = ++runs_;
    step.op = call.op;
    step.op_id = call.op_id;
    step.idempotency_key = call.idempotency_key;
    step.input_json = call.input_json;
    step.cache_json = options_.kept.cache_json(call.route->integration);
    step.inbound = call.inbound;
    step.attempt = call.attempt;
    step.now_unix_ms = options_.clock.now_ms();
    step.deadline_unix_ms = call.deadline_unix_ms ? call.deadline_unix_ms : step.now_unix_ms + kDeadlineMs;
    const std::string seed = hmac_sha256(options_.seed_key, call.op_id);
    std::memcpy(step.seed.data(), seed.data(), step.seed.size());
    return step;
}

void Exchange::run(OperationCall call, Completion completion) {
    ++running_;
    auto op = std::make_shared<Running>();
    op->began_n = kept_n_;
    op->step = first_step(call);
    op->call = std::move(call);
    op->completion = std::move(completion);
    post(op->call, [this, op] { advance(op); });
}

OperationResult Exchange::run_wait(OperationCall call) {
    std::promise<OperationResult> promise;
    auto future = promise.get_future();
    run(std::move(call), [&](OperationResult result) { promise.set_value(std::move(result)); });
    return future.get();
}

void Exchange::post(const OperationCall& call, std::function<void()> task) {
    if (options_.isolated && must_be_isolated(call)) return options_.isolated(std::move(task));
    options_.executor(std::move(task));
}

std::optional<OperationResult> Exchange::run_pure(const OperationCall& call) {
    if (options_.isolated && must_be_isolated(call)) return std::nullopt;
    plugins::Outcome outcome = step(call, first_step(call));
    OperationResult result;
    if (auto* done = std::get_if<plugins::Done>(&outcome.verdict)) result.verdict = std::move(*done);
    else if (auto* error = std::get_if<PluginError>(&outcome.verdict)) result.verdict = std::move(*error);
    else return std::nullopt;
    if (!outcome.keeps.empty()) options_.kept.store(call.route->integration, outcome.keeps, [] {});
    result.proven = outcome.proven;
    result.reply = std::move(outcome.reply);
    result.logs = std::move(outcome.logs);
    result.steps = 1;
    return result;
}

plugins::Outcome Exchange::step(const OperationCall& call, const plugins::Step& step) {
    plugins::Outcome outcome = call.instance->step(step);
    const bool slow = outcome.duration_us > uint64_t{call.instance->manifest().limits.step_ms} * 1000;
    if (slow && options_.slow_step) options_.slow_step(call.route->integration, call.op, outcome.duration_us);
    return outcome;
}

void Exchange::advance(std::shared_ptr<Running> op) {
    plugins::Outcome outcome = step(op->call, op->step);
    ++op->result.steps;
    op->result.proven = op->result.proven || outcome.proven;
    if (outcome.reply) op->result.reply = outcome.reply;
    for (auto& line : outcome.logs) op->result.logs.push_back(std::move(line));
    const std::vector<plugins::Keep> keeps = std::move(outcome.keeps);
    const std::string key = std::exchange(op->coalesce_key, {});
    auto tell = [this, key, keeps] {
        if (!key.empty()) options_.loop.post([this, key, keeps] { tell_waiters(key, keeps); });
    };
    if (keeps.empty()) {
        tell();
        return carry_out(std::move(op), std::move(outcome));
    }
    // What was kept is committed before the step's outcome is carried out, and before anybody else uses it.
    auto shared = std::make_shared<plugins::Outcome>(std::move(outcome));
    options_.kept.store(op->call.route->integration, keeps, [this, op, shared, tell] {
        tell();
        post(op->call, [this, op, shared] { carry_out(op, std::move(*shared)); });
    });
}

void Exchange::carry_out(std::shared_ptr<Running> op, plugins::Outcome outcome) {
    if (auto* done = std::get_if<plugins::Done>(&outcome.verdict)) return complete(op, std::move(*done));
    if (auto* error = std::get_if<PluginError>(&outcome.verdict)) return complete(op, std::move(*error));
    const auto& limits = op->call.instance->manifest().limits;
    if (op->step.events.size() >= limits.events)
        return complete(op, plugins::internal_fault("The operation took more than " + std::to_string(limits.events) + " steps."));
    if (auto* request = std::get_if<HttpRequest>(&outcome.verdict)) {
        auto shared = std::make_shared<HttpRequest>(std::move(*request));
        return options_.loop.post([this, op, shared] { do_http(op, std::move(*shared)); });
    }
    if (auto* wait = std::get_if<plugins::Wait>(&outcome.verdict))
        return options_.loop.after(wait->delay_ms, [this, op] { add_event(op, event_of(EventKind::timer, "", options_.clock.now_ms())); });
    serve(std::move(op), std::move(std::get<plugins::Call>(outcome.verdict)));
}

void Exchange::serve(std::shared_ptr<Running> op, plugins::Call call) {
    auto answered = [this, op, service = call.service](std::optional<std::string> json) {
        Event e = event_of(json ? EventKind::service : EventKind::failed, service, options_.clock.now_ms());
        e.sent = Sent::no;
        e.reason = json ? FailReason::none : FailReason::denied;
        e.json = json.value_or("");
        options_.loop.post([this, op, e] { add_event(op, e); });
    };
    if (!options_.services) return answered(std::nullopt);
    options_.services({op->call.route->integration, op->call.op_id, call.service, call.request_json}, answered);
}

void Exchange::do_http(std::shared_ptr<Running> op, HttpRequest request) {
    const auto url = parse_url(request.url);
    if (!url || !may_reach(*op->call.route, url->host)) return fail_unsent(op, request, FailReason::policy);
    const int64_t now = options_.clock.now_ms();
    if (request.send_before_unix_ms != 0 && now > request.send_before_unix_ms) return fail_unsent(op, request, FailReason::stale);
    if (now >= op->step.deadline_unix_ms) return fail_unsent(op, request, FailReason::timeout);
    if (!request.coalesce_key.empty() && wait_for_other(op, request)) return;
    if (!request.long_poll && !breaker_.may_call(op->call.route->integration + "/" + url->host, options_.loop.now_ms())) return fail_unsent(op, request, FailReason::breaker);
    send(op, std::move(request), *url, 1);
}

bool Exchange::wait_for_other(std::shared_ptr<Running> op, const HttpRequest& request) {
    const std::string key = op->call.route->integration + "/" + request.coalesce_key;
    const auto found = coalesced_.find(key);
    // Whoever began before the last such call ended holds the values it replaced: a rotated token would be refused.
    const auto kept = lately_kept_.find(key);
    if (found == coalesced_.end() && kept != lately_kept_.end() && kept->second.n > op->began_n) {
        Event e = event_of(EventKind::coalesced, request.label, options_.clock.now_ms());
        e.json = kept->second.json;
        add_event(std::move(op), std::move(e));
        return true;
    }
    if (found == coalesced_.end()) {
        coalesced_[key];
        op->coalesce_key = key;
        return false;
    }
    op->awaits_label = request.label;
    found->second.push_back(op);
    return true;
}

void Exchange::tell_waiters(const std::string& key, const std::vector<plugins::Keep>& keeps) {
    const auto found = coalesced_.find(key);
    if (found == coalesced_.end()) return;
    const auto waiters = std::move(found->second);
    coalesced_.erase(found);
    json::Value kept = json::Value::object();
    for (const plugins::Keep& keep : keeps) kept.set(keep.key, keep.value);
    if (!keeps.empty()) lately_kept_[key] = {++kept_n_, json::write(kept)};
    for (const auto& waiter : waiters) {
        Event e = event_of(EventKind::coalesced, waiter->awaits_label, options_.clock.now_ms());
        e.json = json::write(kept);
        add_event(waiter, std::move(e));
    }
}

void Exchange::send(std::shared_ptr<Running> op, HttpRequest request, Url url, int tries) {
    const Route& route = *op->call.route;
    static const std::vector<config::RateSpec> kUnpaced;
    // An emulator has no limits to respect; a person who is waited for takes nobody's place.
    const auto& rate = route.sandbox_url || request.long_poll ? kUnpaced : route.rate;
    auto shared = std::make_shared<HttpRequest>(std::move(request));
    pacer_.enter(route.integration, rate, op->call.priority, [this, op, shared, url, tries] {
        TransferRequest transfer;
        transfer.http = *shared;
        transfer.url = route_url(*op->call.route, url);
        transfer.sandbox = op->call.route->sandbox_url.has_value();
        const int64_t left_ms = op->step.deadline_unix_ms - options_.clock.now_ms();
        transfer.timeout_ms = std::min<int64_t>(left_ms, shared->timeout_ms ? shared->timeout_ms : kTimeoutDefaultMs);
        const auto limit = op->call.instance->manifest().limits.body_bytes;
        transfer.answer_max = limit > op->body_bytes ? limit - op->body_bytes : 0;
        const auto cert = op->call.route->certs.find(shared->client_cert);
        if (cert != op->call.route->certs.end()) transfer.client_cert_pem = cert->second;
        options_.transfers.start(std::move(transfer), [this, op, shared, url, tries](TransferEnd end) {
            pacer_.leave(op->call.route->integration);
            ended(op, *shared, url, tries, std::move(end));
        });
    });
}

void Exchange::note_health(const Route& route, const std::string& host, bool answers) {
    const std::string circuit = route.integration + "/" + host;
    const bool changed = answers ? breaker_.succeeded(circuit) : breaker_.failed(circuit, options_.loop.now_ms());
    if (changed && options_.health) options_.health(route.integration, host, answers);
}

void Exchange::ended(std::shared_ptr<Running> op, HttpRequest request, Url url, int tries, TransferEnd end) {
    const int64_t now = options_.clock.now_ms();
    if (!request.long_poll) note_health(*op->call.route, url.host, !fails(end));
    if (!safe_method(request.method) && (end.answered || end.sent == Sent::maybe)) op->result.sent_maybe = true;
    const Scrubber scrub(*op->call.route, request);
    TranscriptLine line{now - end.duration_ms, end.duration_ms, scrub.text(request.label), request.method, scrub.text(request.url), end.response.status, "",
                        end.answered || end.sent == Sent::maybe, scrub.head(request.headers), scrub.body(request.body), scrub.head(end.response.headers),
                        request.secret_answer ? "(kept out: it holds secrets)" : scrub.body(end.response.body)};
    if (!end.answered) line.failed = std::string(to_text(end.reason));
    op->result.transcript.push_back(std::move(line));
    const int64_t pause_ms = kRetryFirstMs << (tries - 1);
    if (try_again(request, end, tries) && now + pause_ms < op->step.deadline_unix_ms) {
        auto shared = std::make_shared<HttpRequest>(std::move(request));
        return options_.loop.after(pause_ms, [this, op, shared, url, tries] { send(op, std::move(*shared), url, tries + 1); });
    }
    Event event = event_of(end.answered ? EventKind::response : EventKind::failed, request.label, now);
    event.sent = end.sent;
    event.reason = end.reason;
    op->body_bytes += static_cast<uint32_t>(end.response.body.size());
    event.response = std::move(end.response);
    add_event(op, std::move(event));
}

void Exchange::fail_unsent(std::shared_ptr<Running> op, const HttpRequest& request, FailReason reason) {
    Event event = event_of(EventKind::failed, request.label, options_.clock.now_ms());
    event.sent = Sent::no;
    event.reason = reason;
    const Scrubber scrub(*op->call.route, request);
    TranscriptLine line;
    line.at_unix_ms = event.at_unix_ms;
    line.label = scrub.text(request.label);
    line.method = request.method;
    line.url = scrub.text(request.url);
    line.failed = std::string(to_text(reason));
    line.sent_maybe = false;
    op->result.transcript.push_back(std::move(line));
    add_event(op, std::move(event));
}

void Exchange::add_event(std::shared_ptr<Running> op, Event event) {
    if (!op->step.events.empty()) event.at_unix_ms = std::max(event.at_unix_ms, op->step.events.back().at_unix_ms);
    op->step.events.push_back(std::move(event));
    post(op->call, [this, op] { advance(op); });
}

void Exchange::complete(std::shared_ptr<Running> op, std::variant<plugins::Done, PluginError> verdict) {
    if (const auto* error = std::get_if<PluginError>(&verdict)) {
        const bool vouched = error->effect == plugins::Effect::none && error->kind != plugins::ErrorKind::internal;
        op->result.outcome_unknown = op->result.sent_maybe && !vouched;
    }
    op->result.verdict = std::move(verdict);
    op->result.events = std::move(op->step.events);
    --running_;
    op->completion(std::move(op->result));
}

}  // namespace turnpike::exchange
