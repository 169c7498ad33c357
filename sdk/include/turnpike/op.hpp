#pragma once

#include <coroutine>
#include <cstdint>
#include <deque>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "turnpike/answer.hpp"
#include "turnpike/headers.hpp"
#include "turnpike/host.hpp"
#include "turnpike/json.hpp"
#include "turnpike/proof.hpp"
#include "turnpike/request.hpp"

namespace turnpike {

/// Awaits the event at one place of an operation.  When it has not happened yet, the step ends
/// here.
template <class T>
class EventAwaiter {
  public:
    EventAwaiter(const Host& host, const tpk_event* event) : host_(&host), event_(event) {}
    bool await_ready() const noexcept { return event_ != nullptr; }
    void await_suspend(std::coroutine_handle<>) const noexcept {}
    T await_resume() const { return T(*host_, *event_); }

  private:
    const Host* host_;
    const tpk_event* event_;
};

/// The end of a pause.
class Pause {
  public:
    Pause(const Host&, const tpk_event&) {}
};

/// The answer to a call of a host service.
class ServiceAnswer {
  public:
    ServiceAnswer(const Host& host, const tpk_event& event) : host_(&host), event_(&event) {}
    bool answered() const { return event_->kind == TPK_EVENT_SERVICE; }
    uint32_t failure() const { return answered() ? 0 : event_->reason; }
    Json json() const { return answered() ? Json(*host_, view(event_->json)) : Json(); }

  private:
    const Host* host_;
    const tpk_event* event_;
};

enum class KeepFor { transcript_may_show, secret, durable_secret };

/// One operation in one step: what is asked, what has happened, and the ways to go on.  Views it
/// hands out are good for the whole step, which is as long as any frame of the operation lives.
class Op {
  public:
    Op(const Host& host, const tpk_step& step)
        : host_(host), step_(&step), now_(step.now_unix_ms) {}
    Op(const Op&) = delete;
    Op& operator=(const Op&) = delete;

    /// "payment.create/1"
    std::string_view name() const { return view(step_->op); }
    std::string_view id() const { return view(step_->op_id); }
    /// Stable over retries and restarts, at most 36 of [A-Za-z0-9-].
    std::string_view idempotency_key() const { return view(step_->idempotency_key); }
    uint32_t attempt() const { return step_->attempt; }
    Json input() const { return {host_, view(step_->input_json)}; }
    /// A value kept earlier, by any operation of this instance, this one included; "" when there is none.
    std::string_view kept(std::string_view key) const {
        for (auto one = kept_here_.rbegin(); one != kept_here_.rend(); ++one)
            if (one->first == key) return one->second;
        return Json(host_, view(step_->cache_json))[key].text();
    }
    /// The time of the newest event read so far, or of the operation's start.
    int64_t now_unix_ms() const { return now_; }
    int64_t deadline_unix_ms() const { return step_->deadline_unix_ms; }
    bool has_inbound() const { return step_->inbound != nullptr; }
    /// Throws Error(internal) in operations that have none.
    Inbound inbound() const {
        if (!has_inbound())
            throw Error(ErrorKind::internal, "This operation has no inbound request.");
        return {host_, *step_->inbound};
    }
    /// Unguessable, the same in every step and after a restart, another for every label: hex digits
    /// of `bytes` (at most 32) random bytes.
    std::string random_hex(std::string_view label, size_t bytes = 16) const {
        const std::string_view seed(reinterpret_cast<const char*>(step_->seed), sizeof step_->seed);
        const std::string_view mac = host_.hmac("hmac-sha256", Key::bytes(seed), label);
        return std::string(host_.hex(mac.substr(0, bytes)));
    }

    [[nodiscard]] EventAwaiter<Answer> http(const Request& request) {
        if (const tpk_event* event = next(request.label())) return {host_, event};
        if (claim()) request.emit(host_.table(), host_.out());
        return {host_, nullptr};
    }
    [[nodiscard]] EventAwaiter<ServiceAnswer> call(std::string_view service,
                                                   const JsonObject& request) {
        if (const tpk_event* event = next(service)) return {host_, event};
        if (claim()) host_.table()->call(host_.out(), to_str(service), to_str(request.json()));
        return {host_, nullptr};
    }
    /// At most 10 s; waiting for a person is a result, not a pause.
    [[nodiscard]] EventAwaiter<Pause> wait(uint32_t delay_ms) {
        if (const tpk_event* event = next({})) return {host_, event};
        if (claim()) host_.table()->wait(host_.out(), delay_ms);
        return {host_, nullptr};
    }

    /// Has the host check a proof.  `opened` receives the plaintext of an AEAD.
    bool prove(const Proof& proof, std::string_view* opened = nullptr) const {
        const tpk_proof abi = proof.abi();
        tpk_bytes plain{};
        const bool proven = host_.table()->prove(host_.out(), &abi, opened ? &plain : nullptr) != 0;
        if (opened) *opened = view(plain);
        return proven;
    }
    /// Stores a value for later operations of this instance; an empty one forgets.
    void keep(std::string_view key, std::string_view value, uint32_t ttl_s, KeepFor what) const {
        uint32_t flags = 0;
        if (what != KeepFor::transcript_may_show) flags |= TPK_KEEP_SECRET;
        if (what == KeepFor::durable_secret) flags |= TPK_KEEP_DURABLE;
        host_.table()->keep(host_.out(), read_, to_str(key), to_str(value), ttl_s, flags);
        kept_here_.emplace_back(key, value);
    }
    /// The exact answer to the sender of a webhook; see tpk_host.reply.
    void reply(uint32_t status, std::string_view content_type = {},
               std::string_view body = {}) const {
        const tpk_header header{to_str("Content-Type"), to_str(content_type), 0, 0};
        const uint32_t count = content_type.empty() ? 0 : 1;
        host_.table()->reply(host_.out(), status, count ? &header : nullptr, count, to_bytes(body));
    }
    void log(uint32_t level, std::string_view message) const { host_.log(level, message); }

    const Host& host() const { return host_; }
    /// For the export: the step's outcome has been given.
    bool emitted() const { return emitted_; }

  private:
    /// The event at this place, if it has happened.  Its label must be the one asked for here.
    const tpk_event* next(std::string_view label) {
        if (read_ >= step_->event_count) return nullptr;
        const auto* first = reinterpret_cast<const char*>(step_->events);
        const auto* event =
            reinterpret_cast<const tpk_event*>(first + size_t{step_->event_stride} * read_);
        if (view(event->label) != label) {
            throw Error(ErrorKind::internal, "Event " + std::to_string(read_) + " is \"" +
                                                 std::string(view(event->label)) +
                                                 "\", asked for is \"" + std::string(label) +
                                                 "\".");
        }
        ++read_;
        now_ = event->at_unix_ms;
        if (event->kind == TPK_EVENT_COALESCED) take_over(Json(host_, view(event->json)));
        return event;
    }
    /// What another operation kept meanwhile is as good as our own.
    void take_over(const Json& kept) {
        for (const std::string_view key : kept.names()) kept_here_.emplace_back(key, kept[key].text());
    }
    /// True for the first one that asks beyond the last event: a step has one outcome.
    bool claim() {
        if (emitted_) return false;
        emitted_ = true;
        return true;
    }

    Host host_;
    const tpk_step* step_;
    int64_t now_;
    uint32_t read_ = 0;
    bool emitted_ = false;
    mutable std::deque<std::pair<std::string, std::string>> kept_here_;  ///< views of it stay good
};

}  // namespace turnpike
