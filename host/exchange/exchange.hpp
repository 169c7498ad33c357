#pragma once

#include <array>
#include <atomic>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "host/base/clock.hpp"
#include "host/exchange/breaker.hpp"
#include "host/exchange/kept_values.hpp"
#include "host/exchange/pacer.hpp"
#include "host/exchange/route.hpp"
#include "host/exchange/transcript.hpp"
#include "host/exchange/transfer.hpp"
#include "host/plugins/instance.hpp"

namespace turnpike::exchange {

/// One operation to be run to its end.
struct OperationCall {
    plugins::InstancePtr instance;
    std::shared_ptr<const Route> route;
    std::string op;               ///< "payment.create/1"
    std::string op_id;            ///< stable over retries and restarts
    std::string idempotency_key;  ///< at most 36 of [A-Za-z0-9-]
    std::string input_json;
    std::optional<plugins::Inbound> inbound;
    int64_t deadline_unix_ms = 0;  ///< 0 = 20 s from now
    Priority priority = Priority::create;
    uint32_t attempt = 0;
};

struct OperationResult {
    std::variant<plugins::Done, plugins::PluginError> verdict;
    bool sent_maybe = false;       ///< a request other than GET may have reached the provider
    bool outcome_unknown = false;  ///< it failed, and nobody can say that nothing happened (plugin-abi.md, rule 2)
    bool proven = false;
    std::optional<plugins::ExactReply> reply;
    Transcript transcript;
    std::vector<plugins::Event> events;  ///< what the plugin was answered, in order; as received, not scrubbed
    std::vector<plugins::LogLine> logs;
    int steps = 0;

    const plugins::PluginError* error() const { return std::get_if<plugins::PluginError>(&verdict); }
    const plugins::Done* done() const { return std::get_if<plugins::Done>(&verdict); }
};

using Completion = std::function<void(OperationResult)>;

/// What a plugin asks of the host beside HTTP.
struct ServiceCall {
    std::string integration, op_id, service, request_json;
};

/// Runs operations: step, do what the plugin asks, step again, until it is done (architecture.md 9).  Steps run on the
/// executor, everything that waits on the exchange's thread.
class Exchange {
  public:
    struct Options {
        const Clock& clock;
        std::string seed_key;  ///< seeds are HMAC(seed_key, op_id)
        std::function<void(std::function<void()>)> executor;
        KeptValues& kept;
        Transfers& transfers;
        Loop& loop;
        /// Told of a step that took longer than its manifest's step_ms.
        std::function<void(const std::string& integration, const std::string& op, uint32_t duration_us)> slow_step = nullptr;
        /// Runs steps of plugins that must be isolated; unset = as the others.
        std::function<void(std::function<void()>)> isolated = nullptr;
        /// Answers a call with JSON, or with nothing when it is not granted.  `then` may run on any thread.
        std::function<void(const ServiceCall& call, std::function<void(std::optional<std::string>)> then)> services = nullptr;
        /// Told when calls to a host are stopped because it keeps failing, and when it answers again.  Must not block.
        std::function<void(const std::string& integration, const std::string& host, bool answers)> health = nullptr;
    };
    explicit Exchange(Options options) : options_(std::move(options)), pacer_(options_.loop) {}

    /// Any thread.  `completion` runs once, on the executor.
    void run(OperationCall call, Completion completion);
    /// As run(), and waits.  Never on an executor thread.
    OperationResult run_wait(OperationCall call);
    /// One step on the calling thread, for operations that need nobody (webhooks that prove by themselves); nullopt
    /// when the plugin wants more than that, or may not run on this thread: run() it then.
    std::optional<OperationResult> run_pure(const OperationCall& call);
    size_t running() const { return running_; }

    struct Running;

  private:
    plugins::Step first_step(const OperationCall& call) const;
    plugins::Outcome step(const OperationCall& call, const plugins::Step& step);
    void post(const OperationCall& call, std::function<void()> task);
    void serve(std::shared_ptr<Running> op, plugins::Call call);
    void advance(std::shared_ptr<Running> op);
    void carry_out(std::shared_ptr<Running> op, plugins::Outcome outcome);
    void do_http(std::shared_ptr<Running> op, plugins::HttpRequest request);
    void send(std::shared_ptr<Running> op, plugins::HttpRequest request, Url url, int tries);
    void ended(std::shared_ptr<Running> op, plugins::HttpRequest request, Url url, int tries, TransferEnd end);
    void note_health(const Route& route, const std::string& host, bool answers);
    void add_event(std::shared_ptr<Running> op, plugins::Event event);
    void fail_unsent(std::shared_ptr<Running> op, const plugins::HttpRequest& request, plugins::FailReason reason);
    void complete(std::shared_ptr<Running> op, std::variant<plugins::Done, plugins::PluginError> verdict);
    bool wait_for_other(std::shared_ptr<Running> op, const plugins::HttpRequest& request);
    void tell_waiters(const std::string& key, const std::vector<plugins::Keep>& keeps);

    Options options_;
    Pacer pacer_;
    Breaker breaker_;
    /// What an ended call kept.  An operation that began before then has not seen it.
    struct Kept {
        uint64_t n = 0;
        std::string json;
    };
    std::map<std::string, std::vector<std::shared_ptr<Running>>> coalesced_;  ///< key in flight -> who waits for it
    std::map<std::string, Kept> lately_kept_;                                  ///< by the same key
    std::atomic<uint64_t> kept_n_{0};  ///< counts calls that kept something: orders beginnings and ends
    std::atomic<size_t> running_{0};
    mutable std::atomic<uint64_t> runs_{0};  ///< numbers operations for whoever remembers their events
};

}  // namespace turnpike::exchange
