#pragma once

#include <string>
#include <string_view>

#include "turnpike/provider.hpp"

namespace stripe {

/// The id of a member that is an id or, expanded, an object with one.
std::string_view id_of(const turnpike::Json& member);

/// Our reference, as we put it on the session and the PaymentIntent.
std::string_view reference_of(const turnpike::Json& object);

/// The mode an object says it belongs to; `otherwise` when it does not say.
turnpike::Mode mode_of(const turnpike::Json& object, turnpike::Mode otherwise);

/// The payment's ids at Stripe, as far as the host knows them.
struct PaymentIds {
    std::string_view intent;
    std::string_view session;
};
PaymentIds ids_of(const turnpike::Op& op);

/// The PaymentIntent's id; asks the session for it when only that is known.  Throws when there is
/// none.
turnpike::Task<std::string_view> find_intent(turnpike::Op& op, const std::string& private_key);

}  // namespace stripe
