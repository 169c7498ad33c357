#pragma once

#include <string>
#include <string_view>

#include "turnpike/provider.hpp"

namespace emetec {

/// Whose calls these are, and where they go.
struct Gateway {
    const std::string& host;
    const std::string& entity_id;
    const std::string& access_token;

    std::string url(std::string_view path) const { return "https://" + host + std::string(path); }
};

turnpike::Request get(const Gateway& gateway, std::string_view label, std::string_view path,
                      turnpike::Form query = {});
/// The entity and the fields, in the body and never in the address.
turnpike::Request post(const Gateway& gateway, std::string_view label, std::string_view path,
                       const turnpike::Form& fields);

/// An answer whatever its result says; throws when it is none of this platform's.  The result's code
/// decides everything, the HTTP status nothing.
turnpike::Task<turnpike::Json> fetch(turnpike::Op& op, turnpike::Request request);

std::string_view code_of(const turnpike::Json& answer);

/// What a result that is no success amounts to.
turnpike::Error error_of(const turnpike::Json& answer);

/// Two decimals always, in every currency.  Throws Error(input) where they do not do.
std::string wire_amount(const turnpike::Money& money);

}  // namespace emetec
