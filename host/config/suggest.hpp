#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace turnpike::config {

/// The known name a person most likely meant; "" when none is near enough to be helpful.
std::string nearest(std::string_view written, const std::vector<std::string>& known);

}  // namespace turnpike::config
