#include "host/worker/host_desk.hpp"

#include <algorithm>

#include "host/plugins/prove.hpp"

namespace turnpike::worker {

plugins::Proven HostDesk::prove(const plugins::KeyProof& proof) {
    if (proof.inbound && std::find(made_.begin(), made_.end(), proof.claimed) != made_.end()) return {};
    plugins::Proven result = plugins::prove_by_setting(settings_, proof);
    if (result.yes && proof.inbound) proven_ = true;
    return result;
}

std::optional<std::string> HostDesk::use(const plugins::KeyUse& use) {
    auto bytes = plugins::use_key(settings_, use);
    if (bytes) made_.push_back(*bytes);
    return bytes;
}

}  // namespace turnpike::worker
