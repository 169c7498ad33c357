#pragma once

#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <set>
#include <string>

#include "host/base/address_ranges.hpp"
#include "host/exchange/loop.hpp"
#include "host/exchange/transfer.hpp"
#include "host/outgoing/deliveries.hpp"
#include "host/store/store.hpp"

namespace turnpike::outgoing {

/// Sends events to endpoints: each has a lane of its own, so one that hangs holds up nobody else's, and what is due is in
/// the store, so a restart forgets nothing.  An event is delivered at least once; its id is the same every time.
class Sender {
  public:
    struct Options {
        store::Store& store;
        const config::Keyring& keyring;
        Random& random;
        exchange::Transfers& transfers;
        exchange::Loop& loop;
        /// Runs a task on a thread that may read the store.
        std::function<void(std::function<void()>)> run;
        /// Private networks that may be dialled; read anew for every attempt.
        std::function<std::shared_ptr<const AddressRanges>()> private_networks;
        /// Told when an endpoint is disabled, in the transaction that does it.
        std::function<void(store::Tx& tx, const Endpoint& endpoint)> disabled;
    };
    explicit Sender(Options options) : options_(std::move(options)) {}

    /// Finds what is new and what is due; every half second.  In between a lane that becomes free is filled at once.  Any thread but the
    /// committer's and the loop's.
    void tick();
    /// Forgets finished deliveries after 30 days.
    void purge();
    size_t in_flight() const;

  private:
    /// One endpoint's deliveries that are on their way.
    struct Lane {
        std::set<int64_t> sending;
        std::set<int64_t> ended;  ///< while somebody looks: what he still sees as due is over
        bool looked_at = false;
        bool again = false;       ///< something ended meanwhile
    };
    /// Sends what is due, as far as the lane has room; one look at an endpoint at a time.
    void pump(const std::string& endpoint, int64_t seq);
    bool begin_look(int64_t seq);
    bool end_look(int64_t seq);
    void send(const Endpoint& endpoint, Due due);
    void ended(const Endpoint& endpoint, const Due& due, Attempt attempt);
    void note_health(store::Tx& tx, const Endpoint& endpoint, const Attempt& attempt, bool given_up);
    bool claim(int64_t endpoint, int64_t delivery);
    /// true when there is room enough for another look.
    bool release(int64_t endpoint, int64_t delivery);

    Options options_;
    mutable std::mutex mutex_;
    std::map<int64_t, Lane> lanes_;  ///< by the endpoint's row
};

}  // namespace turnpike::outgoing
