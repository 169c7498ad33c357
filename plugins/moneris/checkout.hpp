#pragma once

#include <string>
#include <string_view>

#include "turnpike/provider.hpp"

namespace moneris {

/// Whose calls these are.
struct Store {
    turnpike::Mode mode;
    const std::string& id;
    const std::string& api_token;
    const std::string& checkout_id;

    bool live() const { return mode == turnpike::Mode::live; }
    std::string_view environment() const { return live() ? "prod" : "qa"; }
    std::string_view gateway() const {
        return live() ? "https://gateway.moneris.com" : "https://gatewayt.moneris.com";
    }
};

/// A call of Checkout's JSON interface: preload or receipt, with the members every call has.  Neither
/// moves money, so both may be repeated.
turnpike::Request checkout_call(const Store& store, std::string_view action,
                                turnpike::JsonObject more);

/// The "response" of an answer; an empty Json when it is none.
turnpike::Json response_of(const turnpike::Answer& answer);

/// Members that are absent come as null or as the text "null".
std::string_view said(const turnpike::Json& value);

}  // namespace moneris
