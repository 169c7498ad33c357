#pragma once

#include <condition_variable>
#include <cstdint>
#include <functional>
#include <map>
#include <mutex>
#include <random>
#include <string>
#include <thread>
#include <vector>

#include "tools/sandbox/core/message.hpp"

namespace sandbox {

/// How an emulator misbehaves on demand.
struct Dials {
    int duplicates = 0;      ///< further copies of every message
    bool reorder = false;    ///< messages leave in random order
    int64_t delay_ms = 0;
    double loss = 0;         ///< share of messages that never leave, 0 to 1
    bool bad_signature = false;
    int64_t fee_delay_ms = 0;
    Json fail_next;          ///< {"status": 500} | "timeout_after_commit" | "reset"; for one request
};
Json to_json(const Dials& dials);
/// Takes the members that are given; throws std::invalid_argument for unknown ones.
void change(Dials& dials, const Json& changes);

/// One message to a hook.  It is signed anew for every attempt.
struct Message {
    std::string url;
    std::string body;
    std::function<std::vector<std::pair<std::string, std::string>>(bool spoil)> headers;
};

/// Delivers messages in the background, again and again until the receiver answers 2xx, for a while.
class Delivery {
  public:
    explicit Delivery(uint64_t seed);
    ~Delivery();
    void send(const Message& message, const Dials& dials);
    size_t waiting() const;
    void reseed(uint64_t seed);

  private:
    struct Job {
        Message message;
        int attempt = 0;
        bool spoil = false;
    };
    void run();
    static bool post(const Job& job);
    void put(int64_t at_ms, Job job);

    mutable std::mutex mutex_;
    std::condition_variable wake_;
    std::multimap<int64_t, Job> jobs_;
    size_t working_ = 0;
    bool stopping_ = false;
    std::mt19937_64 random_;
    std::vector<std::thread> threads_;
};

}  // namespace sandbox
