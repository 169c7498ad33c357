#pragma once

#include <string>
#include <string_view>

#include "turnpike/provider.hpp"

namespace nowpayments {

/// What calls need: the store's key and which of the two hosts.
struct Store {
    turnpike::Mode mode;
    const std::string& api_key;
};

turnpike::Request get(const Store& store, std::string_view label, const std::string& path,
                      const turnpike::Form& query = {});
/// NOWPayments has no key for repeating, but a second invoice or an address nobody was told does no
/// harm: nothing is paid by making it.
turnpike::Request post(const Store& store, std::string_view label, const std::string& path,
                       const turnpike::JsonObject& body);

/// The object of a 2xx answer; throws what the answer amounts to otherwise.
turnpike::Task<turnpike::Json> fetch(turnpike::Op& op, turnpike::Request request);

}  // namespace nowpayments
