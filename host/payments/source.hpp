#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "host/config/config.hpp"
#include "host/config/manifest.hpp"

namespace turnpike::payments {

enum class Incoming { no, yes };

/// Where an observation comes from: one integration as it is configured now, and the occasion.  Immutable; everything
/// settle() may need to know about an integration, so that it calls nobody inside a transaction.
struct Source {
    config::IntegrationDef def;
    std::shared_ptr<const config::Manifest> manifest;
    std::string account;   ///< learned by *Test*; empty = not yet
    std::string key_hash;  ///< names the merchant account when nothing better is known
    Incoming incoming = Incoming::no;  ///< the provider also brings money we did not ask for
    std::optional<std::string> sandbox_url;  ///< set = the provider's pages are emulated there
    std::optional<std::vector<std::string>> receivers;  ///< set = the receiver must be one of these, case-folded

    std::string mode() const { return std::string(config::to_text(def.mode)); }
};

/// The occasion of one settle().
struct Occasion {
    std::string cause;  ///< webhook, create, complete, query, capture, void, refund, sweep, parked
    std::optional<int64_t> inbox;
    bool unauthenticated = false;  ///< nothing proves the message: everything it says is held
};

}  // namespace turnpike::payments
