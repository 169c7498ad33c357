#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace turnpike::identity {

/// What a role may do: `scopes` read and write, `reads` only read.
struct RoleRights {
    std::vector<std::string> scopes;
    std::vector<std::string> reads;
    bool masked = false;  ///< sees no hook address and no transcript
};

/// owner, operator, finance, support (contracts.md 3).
const std::vector<std::string>& roles();
/// An unknown role may do nothing.
RoleRights rights_of(std::string_view role);

}  // namespace turnpike::identity
