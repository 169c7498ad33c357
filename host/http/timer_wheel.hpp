#pragma once

#include <cstdint>
#include <vector>

namespace turnpike::http {

/// Deadlines of many connections at little cost: an entry lies in the slot of its time and is looked at when the slot
/// comes round; a connection whose deadline moved on is put back.  Late by at most one slot.
template <class Key>
class TimerWheel {
  public:
    static constexpr int64_t kSlotMs = 250;
    static constexpr size_t kSlots = 512;

    explicit TimerWheel(int64_t now_ms) : slots_(kSlots), at_(now_ms / kSlotMs) {}

    void put(Key key, int64_t deadline_ms) {
        int64_t slot = deadline_ms / kSlotMs + 1;
        if (slot <= at_) slot = at_ + 1;
        if (slot >= at_ + static_cast<int64_t>(kSlots)) slot = at_ + static_cast<int64_t>(kSlots) - 1;
        slots_[static_cast<size_t>(slot) % kSlots].push_back(key);
    }
    /// Calls `due(key)` for every entry of the slots that have passed.
    template <class Due>
    void advance(int64_t now_ms, Due&& due) {
        const int64_t to = now_ms / kSlotMs;
        while (at_ < to) {
            ++at_;
            std::vector<Key> keys;
            keys.swap(slots_[static_cast<size_t>(at_) % kSlots]);
            for (const Key& key : keys) due(key);
        }
    }

  private:
    std::vector<std::vector<Key>> slots_;
    int64_t at_;
};

}  // namespace turnpike::http
