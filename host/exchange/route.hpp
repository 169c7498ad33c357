#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "host/config/config.hpp"
#include "host/config/manifest.hpp"

namespace turnpike::exchange {

/// What an integration may reach and what its transcripts must not show.  Immutable, shared by its operations.
struct Route {
    std::string integration;
    config::Mode mode = config::Mode::test;
    std::vector<std::string> hosts;          ///< exact names or "*.one-label.com"
    std::optional<std::string> sandbox_url;  ///< development and test mode only: where the provider's hosts are emulated
    std::map<std::string, std::string> certs;  ///< key of a pem setting -> PEM
    std::vector<std::string> secrets;        ///< masked in every encoding
    std::vector<config::RateSpec> rate;
};

/// An outgoing URL taken apart; only https, no user information, no port but 443, no address literals.
struct Url {
    std::string host;  ///< lower case
    std::string rest;  ///< path and query, begins with '/'
};
std::optional<Url> parse_url(std::string_view url);

/// Whether the host is on the list.
bool may_reach(const Route& route, std::string_view host);

/// https://HOST/PATH -> {sandbox}/HOST/PATH while the integration is emulated; any other URL stays as it is.
std::string route_url(const Route& route, const Url& url);
/// The same rule for URLs a browser is sent to (next_action, form targets, scripts and frames).
std::string rewrite_for_sandbox(const std::optional<std::string>& sandbox_url, const std::string& url);

}  // namespace turnpike::exchange
