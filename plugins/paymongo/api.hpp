#pragma once

#include <string>
#include <string_view>

#include "turnpike/provider.hpp"

namespace paymongo {

turnpike::Request get(const turnpike::Op& op, const std::string& private_key,
                      std::string_view label, const std::string& path,
                      const turnpike::Form& query = {});
/// A POST with `attributes` in PayMongo's envelope.  Its key is sent, but no promise of PayMongo's
/// stands behind it: it is repeated only where a second delivery does no harm.
turnpike::Request post(const turnpike::Op& op, const std::string& private_key,
                       std::string_view label, const std::string& path,
                       const turnpike::JsonObject& attributes);

/// The `data` of a 2xx answer; throws what the answer amounts to otherwise.
turnpike::Json data_of(const turnpike::Answer& answer);
turnpike::Task<turnpike::Json> fetch(turnpike::Op& op, turnpike::Request request);

turnpike::Error error_of(const turnpike::Answer& answer);
/// The first error's code; "" when there is none.
std::string_view error_code(const turnpike::Answer& answer);

/// Integers are centavos.
turnpike::Money pesos(int64_t centavos);

}  // namespace paymongo
