#include "host/store/store.hpp"

#include <chrono>
#include <cstdio>
#include <cstdlib>

namespace turnpike::store {
namespace {

constexpr size_t kIdleSessionsMax = 8;
constexpr auto kCheckpointEvery = std::chrono::milliseconds(500);

/// Everything open() and open_reader() do before a Store stands.
Result<std::unique_ptr<Engine>> ready_engine(const std::string& url, const std::function<Result<void>(Engine&)>& prepare) {
    auto engine = Engine::of(url);
    if (!engine) return Failure(engine.error());
    try {
        if (auto prepared = prepare(**engine); !prepared) return Failure(prepared.error());
    } catch (const StoreError& e) {
        return failure(503, "store_unavailable", (*engine)->name() + ": " + e.what());
    }
    return engine;
}

}  // namespace

void Store::end_process() {
    std::fputs("{\"level\":\"error\",\"event\":\"store_taken\",\"detail\":\"another host writes this store now\"}\n", stderr);
    std::_Exit(3);
}

Result<std::unique_ptr<Store>> Store::open(const std::string& store_url, const Clock& clock, std::function<void()> claim_lost, Pace pace) {
    auto engine = ready_engine(store_url, [&](Engine& e) -> Result<void> {
        // SQLite's lock comes before its migration; on PostgreSQL the claim stands in a table the migration makes.
        if (e.migrates_at_start()) {
            if (auto claimed = e.claim(claim_lost); !claimed) return claimed;
            return bring_to_schema(e, clock);
        }
        if (auto fits = bring_to_schema(e, clock); !fits) return fits;
        return e.claim(claim_lost);
    });
    if (!engine) return Failure(engine.error());
    return std::unique_ptr<Store>(new Store(std::move(*engine), clock, Access::committer, pace));
}

Result<std::unique_ptr<Store>> Store::open_reader(const std::string& store_url, const Clock& clock) {
    auto engine = ready_engine(store_url, [](Engine& e) -> Result<void> {
        return check_schema(e);
    });
    if (!engine) return Failure(engine.error());
    return std::unique_ptr<Store>(new Store(std::move(*engine), clock, Access::read_only, Pace::threads));
}

Store::Store(std::unique_ptr<Engine> engine, const Clock& clock, Access access, Pace pace) : engine_(std::move(engine)), clock_(clock) {
    if (access != Access::committer) return;
    committer_ = std::make_unique<Committer>(*engine_, clock, pace);
    if (pace == Pace::threads) checkpointer_ = std::thread([this] { checkpoint_loop(); });
}

Store::~Store() { close(); }

void Store::close() {
    if (committer_) committer_->stop();
    {
        std::lock_guard lock(checkpoint_mutex_);
        closing_ = true;
    }
    checkpoint_wake_.notify_all();
    if (checkpointer_.joinable()) checkpointer_.join();
}

void Store::scrub() {
    scrub_ = true;
    checkpoint_wake_.notify_all();
}

std::unique_ptr<Session> Store::take() {
    {
        std::lock_guard lock(mutex_);
        if (!idle_.empty()) {
            auto session = std::move(idle_.back());
            idle_.pop_back();
            return session;
        }
    }
    return engine_->open(Access::read_only);
}

void Store::give(std::unique_ptr<Session> session) {
    std::lock_guard lock(mutex_);
    if (session && idle_.size() < kIdleSessionsMax) idle_.push_back(std::move(session));
}

void Store::forget_sessions() {
    std::lock_guard lock(mutex_);
    idle_.clear();
}

void Store::checkpoint_loop() {
    std::unique_lock lock(checkpoint_mutex_);
    uint64_t seen = 0;
    while (!closing_) {
        checkpoint_wake_.wait_for(lock, kCheckpointEvery, [&] { return closing_; });
        const uint64_t commits = committer_->stats().commits;
        if (commits == seen && !scrub_) continue;
        seen = commits;
        if (engine_->checkpoint(scrub_ ? Engine::Checkpoint::scrub : Engine::Checkpoint::usual)) scrub_ = false;
    }
    engine_->checkpoint(Engine::Checkpoint::last);
}

}  // namespace turnpike::store
