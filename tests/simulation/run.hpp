#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "tests/simulation/host.hpp"

namespace turnpike::simulation {

struct Outcome {
    int64_t payments = 0, kills = 0;
    std::string digest;                 ///< of the books and of all that was told: the same for the same seed
    std::vector<std::string> findings;  ///< empty = what the host's books say is what happened
};

/// One seed: a shop, its customers, the provider and the host, with losses, delays, repetitions and kills, until everything
/// is calm; then the host's books are compared with the provider's.
class Run {
  public:
    Run(uint64_t seed, std::string store_url, int payments);
    Outcome go();

  private:
    /// A request of the shop; it is repeated with its key until it is answered.
    struct Asked {
        std::string integration, customer, payment, answered_id;
        int64_t minor = 0;  ///< 0 of a refund: all that is left
        bool in_flight = false, answered = false;
    };
    void act();
    void ask_payment();
    void ask_refund();
    void send(const std::string& key);
    void note_answer(const std::string& key, const Result<payments::Answered>& answer);
    void come_back();
    void at_provider();
    void deliver_message(bool may_repeat);
    void kill();
    void let_pass(int64_t ms);
    void set_clock(int64_t off_by_ms);
    void calm_down();
    void settle_everything();

    void compare(Outcome& out);
    /// Adds what was kept to its customer's.
    void compare_sale(const Sale& sale, std::map<std::string, int64_t>& kept, Outcome& out);
    void compare_told(Outcome& out);
    Sale* some_sale();

    Dice dice_;
    ManualClock truth_;  ///< the provider's
    ManualClock clock_;  ///< the host's
    int64_t off_by_ms_ = 0;
    SeededRandom random_;
    Provider provider_{truth_};
    Network network_{provider_, dice_};
    Ground ground_;
    std::unique_ptr<Host> host_;
    int wanted_;
    int64_t kills_ = 0;
    uint64_t life_ = 0;  ///< answers of an earlier host do not count
    std::map<std::string, Asked> asked_;  ///< by idempotency key
    std::map<uint64_t, Message> unanswered_;  ///< the provider waits for the host's word
    uint64_t deliveries_ = 0;
    std::vector<std::string> findings_;
};

}  // namespace turnpike::simulation
