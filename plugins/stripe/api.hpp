#pragma once

#include <string>
#include <string_view>

#include "turnpike/form.hpp"
#include "turnpike/provider.hpp"

namespace stripe {

/// Requests and webhook endpoints are pinned to this version; objects are read as it defines them.
inline constexpr std::string_view kApiVersion = "2024-06-20";

turnpike::Request get(const std::string& private_key, std::string_view label, std::string_view path,
                      const turnpike::Form& query = {});

/// A POST that may be repeated: the operation's idempotency key goes with it.
turnpike::Request post(const turnpike::Op& op, const std::string& private_key,
                       std::string_view label, std::string_view path, const turnpike::Form& form);

/// Sends, and sends again where Stripe asks for it: locks, conflicts, its own errors.
turnpike::Task<turnpike::Answer> send(turnpike::Op& op, turnpike::Request request);

/// Sends and returns the object of a 2xx answer; throws what the answer amounts to otherwise.
turnpike::Task<turnpike::Json> fetch(turnpike::Op& op, turnpike::Request request);

/// True when Stripe repeated the stored answer to an earlier request: the object is as it was then.
bool replayed(const turnpike::Answer& answer);

}  // namespace stripe
