#pragma once

#include <string_view>

#include "turnpike/provider.h"

namespace turnpike::plugins {

inline std::string_view view_of(tpk_str s) { return s.len ? std::string_view(s.ptr, s.len) : std::string_view(); }
inline std::string_view view_of(tpk_bytes b) {
    return b.len ? std::string_view(reinterpret_cast<const char*>(b.ptr), b.len) : std::string_view();
}
inline tpk_str str_of(std::string_view s) { return {s.data(), s.size()}; }
inline tpk_bytes bytes_of(std::string_view s) { return {reinterpret_cast<const uint8_t*>(s.data()), s.size()}; }

}  // namespace turnpike::plugins
