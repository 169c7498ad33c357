#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "host/outgoing/sender.hpp"
#include "host/payments/background.hpp"
#include "tests/simulation/dice.hpp"
#include "tests/simulation/network.hpp"
#include "tests/simulation/plugin.hpp"

namespace turnpike::simulation {

inline constexpr const char* kRedirect = "redirect-main";
inline constexpr const char* kDirect = "direct-main";

/// What outlives a host: its store, its keys, the time, and chance.
struct Ground {
    std::string store_url;
    const Clock& clock;   ///< the machine's, which somebody may set to anything
    const Clock& steady;  ///< what goes by in truth
    Random& random;
    Dice& dice;
    Network& network;
    Lists lists;
    int hosts = 0;  ///< there were so far; each has an address of its own
};

/// The host's own services as the real host connects them, on one thread: every task, commit, flush and answer waits
/// until it is chosen.  Ending the object is a kill: what was not committed is gone, and nobody is told.
class Host {
  public:
    explicit Host(Ground& ground);
    ~Host();
    Host(const Host&) = delete;
    Host& operator=(const Host&) = delete;

    /// Lets one part of the host go one step further, by chance; false when nothing at all is left to do now.
    bool step();
    /// What timers do several times a second.
    void tick();

    payments::PaymentService& service() { return service_; }
    payments::Inbox& inbox() { return inbox_; }
    payments::IntegrationPtr integration(const std::string& id) const { return integrations_.find(id); }
    store::Store& store() { return *store_; }

  private:
    void add(const std::string& id, Flow flow);
    bool run_task();

    Ground& ground_;
    const std::string address_;
    std::vector<std::function<void()>> tasks_;
    std::unique_ptr<store::Store> store_;
    Ids ids_;
    payments::Settler settler_;
    exchange::MemoryKeptValues kept_;
    exchange::Loop loop_;
    exchange::Exchange exchange_;
    payments::Integrations integrations_;
    config::Keyring keyring_;
    payments::PaymentService service_;
    payments::Inbox inbox_;
    payments::Background background_;
    outgoing::Sender sender_;
};

}  // namespace turnpike::simulation
