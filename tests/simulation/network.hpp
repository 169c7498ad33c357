#pragma once

#include <functional>
#include <set>
#include <string>
#include <vector>

#include "host/exchange/transfer.hpp"
#include "tests/simulation/dice.hpp"
#include "tests/simulation/provider.hpp"

namespace turnpike::simulation {

/// Between the host and everybody else.  Requests wait until deliver_one() decides what becomes of one of them: it is
/// answered, or it is lost before, within or after the work, or it comes when nobody waits for it any more.
class Network final : public exchange::Transfers {
  public:
    Network(Provider& provider, Dice& dice) : provider_(provider), dice_(dice) {}

    void start(exchange::TransferRequest request, std::function<void(exchange::TransferEnd)> done) override { waiting_.push_back({std::move(request), std::move(done)}); }

    /// One request, chosen by chance; false when none waits.
    bool deliver_one();
    /// A request whose sender gave up arrives; false when none is on its way.
    bool deliver_late();
    /// The host ended: what it had sent may still arrive.
    void host_ended();
    /// From now on nothing is lost.
    void calm() { calm_ = true; }

    /// The ids of events the shop was told, the one receiver of outgoing webhooks.
    const std::set<std::string>& told() const { return told_; }

  private:
    struct Waiting {
        exchange::TransferRequest request;
        std::function<void(exchange::TransferEnd)> done;
    };
    plugins::HttpResponse carry_out(const exchange::TransferRequest& request);
    exchange::TransferEnd fate(const exchange::TransferRequest& request);

    Provider& provider_;
    Dice& dice_;
    bool calm_ = false;
    std::vector<Waiting> waiting_;
    std::vector<exchange::TransferRequest> late_;
    std::set<std::string> told_;
};

}  // namespace turnpike::simulation
