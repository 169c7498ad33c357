#pragma once

#include <string>
#include <string_view>

#include "turnpike/provider.hpp"

namespace paystack {

turnpike::Request get(const std::string& private_key, std::string_view label,
                      const std::string& path, const turnpike::Form& query = {});
/// A POST that must not be repeated blindly.
turnpike::Request post(const std::string& private_key, std::string_view label,
                       const std::string& path, const turnpike::JsonObject& body);

/// The envelope's `data` of an answer whose `status` is true; throws what it amounts to otherwise.
turnpike::Json data_of(const turnpike::Answer& answer);
turnpike::Task<turnpike::Json> fetch(turnpike::Op& op, turnpike::Request request);

/// What an answer other than success, or no answer, amounts to.
turnpike::Error error_of(const turnpike::Answer& answer);

/// Integers of Paystack's are hundredths in every currency, XOF included.
turnpike::Money from_wire(int64_t amount, std::string_view currency);
int64_t to_wire(const turnpike::Money& money);

}  // namespace paystack
