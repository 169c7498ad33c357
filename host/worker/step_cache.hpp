#pragma once

#include <cstdint>
#include <list>
#include <string>
#include <unordered_map>
#include <utility>

#include "host/plugins/step.hpp"

namespace turnpike::worker {

/// What a step weighs, by the same rule on both sides of the socket.
inline size_t weight_of(const plugins::Step& step) {
    size_t bytes = step.input_json.size() + step.cache_json.size() + (step.inbound ? step.inbound->body.size() : 0);
    for (const plugins::Event& e : step.events) bytes += e.json.size() + e.response.body.size();
    return bytes;
}

/// Which operations a worker remembers, by Step::run.  Host and worker each keep one and use it in the same order, so both
/// forget the same: the host knows how many events it need not send (T = their number), the worker has them (T = Step).
template <class T>
class StepCache {
  public:
    /// The remembered one, now the youngest; nullptr when it is not here.
    T* find(uint64_t run) {
        const auto found = places_.find(run);
        if (found == places_.end()) return nullptr;
        entries_.splice(entries_.begin(), entries_, found->second);
        return &found->second->value;
    }
    /// Remembers it in place of what was there; forgets the oldest beyond the limits.
    void put(uint64_t run, T value, size_t bytes) {
        forget(run);
        entries_.push_front({run, std::move(value), bytes});
        places_[run] = entries_.begin();
        bytes_ += bytes;
        while (entries_.size() > kStepsMax || (bytes_ > kBytesMax && entries_.size() > 1)) forget(entries_.back().run);
    }
    void forget(uint64_t run) {
        const auto found = places_.find(run);
        if (found == places_.end()) return;
        bytes_ -= found->second->bytes;
        entries_.erase(found->second);
        places_.erase(found);
    }

  private:
    static constexpr size_t kStepsMax = 256;
    static constexpr size_t kBytesMax = 64u << 20;
    struct Entry {
        uint64_t run;
        T value;
        size_t bytes;
    };
    std::list<Entry> entries_;  ///< youngest first
    std::unordered_map<uint64_t, typename std::list<Entry>::iterator> places_;
    size_t bytes_ = 0;
};

}  // namespace turnpike::worker
