#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "turnpike/provider.h"

namespace turnpike {

inline tpk_str to_str(std::string_view text) { return {text.data(), text.size()}; }

inline tpk_bytes to_bytes(std::string_view data) {
    return {reinterpret_cast<const uint8_t*>(data.data()), data.size()};
}

inline std::string_view view(tpk_str text) {
    return text.len == 0 ? std::string_view() : std::string_view(text.ptr, text.len);
}

inline std::string_view view(tpk_bytes data) {
    if (data.len == 0) return {};
    return {reinterpret_cast<const char*>(data.ptr), data.len};
}

/// ASCII only, as header names and hex digits need it.
inline char to_lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; }
inline char to_upper(char c) { return c >= 'a' && c <= 'z' ? static_cast<char>(c - 32) : c; }

inline std::string lower(std::string_view text) {
    std::string out(text);
    for (char& c : out) c = to_lower(c);
    return out;
}

inline std::string upper(std::string_view text) {
    std::string out(text);
    for (char& c : out) c = to_upper(c);
    return out;
}

inline bool equals_ignoring_case(std::string_view a, std::string_view b) {
    if (a.size() != b.size()) return false;
    for (size_t i = 0; i < a.size(); ++i) {
        if (to_lower(a[i]) != to_lower(b[i])) return false;
    }
    return true;
}

/// The number of bytes of the well-formed UTF-8 sequence at the start of `text`; 0 when there is
/// none.
inline size_t utf8_length(std::string_view text) {
    auto byte = [&](size_t i) { return i < text.size() ? static_cast<uint8_t>(text[i]) : 0u; };
    auto tail = [&](size_t i) { return (byte(i) & 0xC0u) == 0x80u; };
    const uint32_t first = byte(0);
    if (text.empty()) return 0;
    if (first < 0x80) return 1;
    if (first >= 0xC2 && first <= 0xDF) return tail(1) ? 2 : 0;
    if (first >= 0xE0 && first <= 0xEF) {
        if (first == 0xE0 && byte(1) < 0xA0) return 0;
        if (first == 0xED && byte(1) > 0x9F) return 0;
        return tail(1) && tail(2) ? 3 : 0;
    }
    if (first < 0xF0 || first > 0xF4) return 0;
    if (first == 0xF0 && byte(1) < 0x90) return 0;
    if (first == 0xF4 && byte(1) > 0x8F) return 0;
    return tail(1) && tail(2) && tail(3) ? 4 : 0;
}

/// `text` with every byte that is no UTF-8 replaced by U+FFFD.  For answers quoted in messages: a
/// plugin may hand only UTF-8 to the host, and a broken provider sends anything.
inline std::string utf8_or_replaced(std::string_view text) {
    std::string out;
    out.reserve(text.size());
    while (!text.empty()) {
        const size_t length = utf8_length(text);
        out.append(length == 0 ? std::string_view("\xEF\xBF\xBD") : text.substr(0, length));
        text.remove_prefix(length == 0 ? 1 : length);
    }
    return out;
}

/// At most `bytes` bytes of `text`, cut between characters.
inline std::string_view cut(std::string_view text, size_t bytes) {
    if (text.size() <= bytes) return text;
    while (bytes > 0 && (static_cast<uint8_t>(text[bytes]) & 0xC0u) == 0x80u) --bytes;
    return text.substr(0, bytes);
}

/// Appends `text` to `out`, RFC 3986 unreserved characters and those in `kept` as they are, all
/// else as %XX.
inline void append_percent(std::string& out, std::string_view text, std::string_view kept = {}) {
    static constexpr char kDigits[] = "0123456789ABCDEF";
    static constexpr std::string_view kUnreserved =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~";
    for (const char c : text) {
        if (kUnreserved.find(c) != std::string_view::npos ||
            kept.find(c) != std::string_view::npos) {
            out += c;
            continue;
        }
        const auto byte = static_cast<uint8_t>(c);
        out += '%';
        out += kDigits[byte >> 4];
        out += kDigits[byte & 15];
    }
}

inline std::string percent(std::string_view text) {
    std::string out;
    append_percent(out, text);
    return out;
}

}  // namespace turnpike
