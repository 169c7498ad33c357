#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace turnpike::identity {

/// RFC 4648 section 6, without padding: what authenticator apps read.
std::string to_base32(std::string_view bytes);
/// Either case; spaces and '-' are passed over.  nullopt on a foreign character.
std::optional<std::string> from_base32(std::string_view text);

}  // namespace turnpike::identity
