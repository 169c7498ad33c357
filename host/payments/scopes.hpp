#pragma once

#include <string>

#include "host/payments/observation.hpp"
#include "host/payments/source.hpp"
#include "host/store/committer.hpp"

namespace turnpike::payments {

/// The one name under which a merchant account's effects are unique for ever.  An account is known by what *Test*
/// learned, by what a payload says and by its key's hash; the first name that was used stays, the others lead to it.
struct Scope {
    std::string name;
    bool foreign = false;  ///< the payload names another account than the integration's
};
Scope scope_of(store::Tx& tx, const Source& source, const std::string& account_in_payload);

}  // namespace turnpike::payments
