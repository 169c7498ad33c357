#include "host/outgoing/sender.hpp"

#include <algorithm>
#include <charconv>
#include <utility>

#include "host/base/encoding.hpp"
#include "host/outgoing/schedule.hpp"
#include "host/outgoing/signature.hpp"

namespace turnpike::outgoing {
namespace {

constexpr size_t kLaneMax = 4;
constexpr int64_t kTimeoutMs = 20000;
constexpr size_t kAnswerMax = 64 << 10;
constexpr size_t kAnswerKept = 300;
constexpr int64_t kKeepMs = 30LL * 86400 * 1000;

int64_t retry_after_s(const plugins::HttpResponse& response) {
    for (const plugins::Header& h : response.headers) {
        if (h.name.size() != 11 || !std::equal(h.name.begin(), h.name.end(), "retry-after", [](char a, char b) { return std::tolower(static_cast<unsigned char>(a)) == b; })) continue;
        int64_t seconds = 0;
        const auto [end, error] = std::from_chars(h.value.data(), h.value.data() + h.value.size(), seconds);
        return error == std::errc() && end == h.value.data() + h.value.size() && seconds > 0 ? seconds : 0;
    }
    return 0;
}

const char* words_of(plugins::FailReason reason) {
    using plugins::FailReason;
    switch (reason) {
        case FailReason::dns: return "its name does not resolve";
        case FailReason::tls: return "its certificate or handshake is not in order";
        case FailReason::timeout: return "no answer within 20 s";
        case FailReason::too_large: return "its answer is too large";
        case FailReason::policy: return "its address is not one of the internet";
        default: return "no connection, or it broke";
    }
}

Attempt attempt_of(const exchange::TransferEnd& end) {
    Attempt out;
    out.duration_ms = end.duration_ms;
    if (!end.answered) {
        out.error = words_of(end.reason);
        return out;
    }
    out.status = static_cast<int>(end.response.status);
    out.retry_after_s = retry_after_s(end.response);
    const std::string answer = end.response.body.substr(0, kAnswerKept);
    if (!out.delivered()) out.answer = is_utf8(answer) ? answer : "(not UTF-8)";
    return out;
}

}  // namespace

void Sender::tick() {
    for (Endpoint& endpoint : options_.store.read([](store::Session& db) { return load_endpoints(db); })) {
        if (!endpoint.enabled) continue;
        const bool behind = options_.store.read([&](store::Session& db) {
            auto rows = db.query("SELECT 1 FROM events WHERE n > $1 AND n <= (SELECT coalesce(max(event_to), 0) FROM seals) LIMIT 1", endpoint.cursor);
            return rows.next();
        });
        pump(endpoint.id, endpoint.seq);
        if (!behind) continue;
        options_.store.committer().submit([id = endpoint.id](store::Tx& tx) {
            auto fresh = load_endpoint(tx.db, id);
            while (fresh && fresh->enabled && fan_out(tx, *fresh)) {}
        }, [this, id = endpoint.id, seq = endpoint.seq](std::exception_ptr failed) {
            if (!failed) options_.run([this, id, seq] { pump(id, seq); });
        });
    }
}

void Sender::purge() {
    options_.store.committer().submit([](store::Tx& tx) { purge_deliveries(tx, tx.now_ms - kKeepMs); }, nullptr);
}

size_t Sender::in_flight() const {
    const std::lock_guard lock(mutex_);
    size_t out = 0;
    for (const auto& [endpoint, lane] : lanes_) out += lane.sending.size();
    return out;
}

void Sender::pump(const std::string& endpoint, int64_t seq) {
    if (!begin_look(seq)) return;
    do {
        const int64_t now = options_.store.clock().now_ms();
        std::optional<Endpoint> fresh;
        // Those in flight are still due in the store.
        auto due = options_.store.read([&](store::Session& db) {
            fresh = load_endpoint(db, endpoint);
            return fresh && fresh->enabled ? due_deliveries(db, *fresh, now, static_cast<int>(kLaneMax) * 2) : std::vector<Due>();
        });
        for (Due& one : due)
            if (claim(seq, one.n)) send(*fresh, std::move(one));
    } while (end_look(seq));
}

bool Sender::begin_look(int64_t seq) {
    const std::lock_guard lock(mutex_);
    Lane& lane = lanes_[seq];
    lane.again = lane.looked_at;
    return !std::exchange(lane.looked_at, true);
}

/// Whether another look is wanted; then it is this thread's.
bool Sender::end_look(int64_t seq) {
    const std::lock_guard lock(mutex_);
    Lane& lane = lanes_[seq];
    lane.ended.clear();
    lane.looked_at = std::exchange(lane.again, false);
    return lane.looked_at;
}

bool Sender::claim(int64_t endpoint, int64_t delivery) {
    const std::lock_guard lock(mutex_);
    Lane& lane = lanes_[endpoint];
    return lane.sending.size() < kLaneMax && lane.ended.count(delivery) == 0 && lane.sending.insert(delivery).second;
}

bool Sender::release(int64_t endpoint, int64_t delivery) {
    const std::lock_guard lock(mutex_);
    Lane& lane = lanes_[endpoint];
    lane.sending.erase(delivery);
    if (lane.looked_at) lane.ended.insert(delivery);
    return lane.sending.size() <= kLaneMax / 2;
}

void Sender::send(const Endpoint& endpoint, Due due) {
    const int64_t now_s = options_.store.clock().now_ms() / 1000;
    exchange::TransferRequest request;
    request.url = endpoint.url;
    request.private_networks = options_.private_networks();
    request.timeout_ms = kTimeoutMs;
    request.answer_max = kAnswerMax;
    request.http.method = "POST";
    request.http.body = due.body;
    // The receiver knows an event by its id, so a second delivery is no second event.
    request.http.retry = plugins::RetryClass::idempotent;
    const auto secrets = live_secrets(endpoint, options_.keyring, now_s * 1000);
    request.http.headers = {{"Content-Type", "application/json", false}, {"webhook-id", due.event_id, false}, {"webhook-timestamp", std::to_string(now_s), false},
                            {"webhook-signature", signature_header(secrets, due.event_id, now_s, due.body), false}};
    auto shared = std::make_shared<exchange::TransferRequest>(std::move(request));
    options_.loop.post([this, endpoint, due = std::move(due), shared] {
        options_.transfers.start(std::move(*shared), [this, endpoint, due](exchange::TransferEnd end) { ended(endpoint, due, attempt_of(end)); });
    });
}

void Sender::ended(const Endpoint& endpoint, const Due& due, Attempt attempt) {
    const auto next = pause_ms(due.attempts + 1, attempt.retry_after_s, options_.random);
    options_.store.committer().submit([this, id = endpoint.id, n = due.n, attempt, next](store::Tx& tx) {
        record_attempt(tx, n, attempt, next);
        if (const auto fresh = load_endpoint(tx.db, id)) note_health(tx, *fresh, attempt, !next);
    }, [this, id = endpoint.id, seq = endpoint.seq, n = due.n](std::exception_ptr failed) {
        // When it was not recorded the store is in trouble: the next tick looks again.
        if (release(seq, n) && !failed) options_.run([this, id, seq] { pump(id, seq); });
    });
}

/// Gone for good (410), or failing since before the oldest event that is given up: it is sent nothing more until somebody
/// enables it.  What waits stays.
void Sender::note_health(store::Tx& tx, const Endpoint& endpoint, const Attempt& attempt, bool given_up) {
    Endpoint changed = endpoint;
    constexpr int kGone = 410;
    if (attempt.delivered()) changed.failing_since.reset();
    else if (!changed.failing_since) changed.failing_since = tx.now_ms;
    if (attempt.status == kGone) changed.disabled_reason = "it answered 410 Gone";
    else if (given_up && !attempt.delivered()) changed.disabled_reason = "nothing was taken for 75 hours";
    const bool disable = endpoint.enabled && !attempt.delivered() && !changed.disabled_reason.empty() && (attempt.status == kGone || *changed.failing_since <= tx.now_ms - 75LL * 3600 * 1000);
    changed.enabled = endpoint.enabled && !disable;
    if (changed.enabled) changed.disabled_reason.clear();
    if (changed.failing_since == endpoint.failing_since && !disable) return;
    save_endpoint(tx, changed);
    if (disable && options_.disabled) options_.disabled(tx, changed);
}

}  // namespace turnpike::outgoing
