#pragma once

#include <string>
#include <string_view>

#include "turnpike/provider.hpp"

namespace razorpay {

/// The account's keys: they are user and password of every call.
struct Keys {
    const std::string& id;
    const std::string& secret;
};

turnpike::Request get(const turnpike::Op& op, const Keys& keys, std::string_view label,
                      const std::string& path, const turnpike::Form& query = {});
/// A POST that must not be repeated blindly.
turnpike::Request post(const turnpike::Op& op, const Keys& keys, std::string_view label,
                       const std::string& path, const turnpike::JsonObject& body);

/// Sends and returns the object of a 200; throws what the answer amounts to otherwise.
turnpike::Task<turnpike::Json> fetch(turnpike::Op& op, turnpike::Request request);

/// What an answer other than 200, or no answer, amounts to.
turnpike::Error error_of(const turnpike::Answer& answer);

}  // namespace razorpay
