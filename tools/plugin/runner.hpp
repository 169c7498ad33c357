#pragma once

#include <string>
#include <vector>

#include "tools/plugin/claim.hpp"

namespace turnpike::kit {

enum class Ending { holds, broken, skipped };

struct Verdict {
    std::string claim;
    std::string says;
    Ending ending = Ending::holds;
    std::vector<std::string> wrong;  ///< for skipped, why
    int64_t took_ms = 0;
    bool fatal = false;
};

/// Tries the claims, each in a child process that may crash, hang or write over itself without harm to the others.
/// `only` names claims, none = all.
std::vector<Verdict> try_claims(const Subject& subject, const std::vector<std::string>& only);

}  // namespace turnpike::kit
