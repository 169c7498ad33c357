#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace turnpike {

std::string to_hex(std::string_view bytes);
/// Either case; nullopt on an odd length or a foreign character.
std::optional<std::string> from_hex(std::string_view text);
/// Standard alphabet with padding.
std::string to_base64(std::string_view bytes);
/// RFC 4648 section 5, without padding.
std::string to_base64url(std::string_view bytes);
/// Standard or url alphabet, padding optional; nullopt on anything else.
std::optional<std::string> from_base64(std::string_view text);
/// RFC 3986: everything but unreserved characters becomes %XX.
std::string percent_encode(std::string_view text);
/// nullopt on a malformed escape.  `+` is a space only when asked for (form bodies).
enum class Plus { literal, space };
std::optional<std::string> percent_decode(std::string_view text, Plus plus = Plus::literal);
/// Whether the bytes are well-formed UTF-8 (no overlong forms, no surrogates).
bool is_utf8(std::string_view bytes);

}  // namespace turnpike
