#include <cctype>
#include <chrono>

#include "tools/sandbox/xero/emulator.hpp"

namespace sandbox::xero {

int64_t hundredths_of(const Json& value) {
    const std::string text = value.is_string() ? value.get<std::string>() : value.is_null() ? "0" : value.dump();
    const size_t dot = text.find('.');
    std::string digits = text.substr(0, dot) + (dot == std::string::npos ? "" : text.substr(dot + 1, 2));
    for (size_t places = dot == std::string::npos ? 0 : std::min<size_t>(text.size() - dot - 1, 2); places < 2; ++places) digits += '0';
    return std::stoll(digits);
}

std::string numbers_quoted(const std::string& text) {
    std::string out;
    bool inside = false;
    for (size_t i = 0; i < text.size(); ++i) {
        const char c = text[i];
        if (inside && c == '\\') {
            out += c;
            if (++i < text.size()) out += text[i];
            continue;
        }
        if (c == '"') inside = !inside;
        const bool starts = !inside && (std::isdigit(static_cast<unsigned char>(c)) || c == '-');
        if (!starts) {
            out += c;
            continue;
        }
        const size_t end = std::min(text.find_first_not_of("0123456789.eE+-", i), text.size());
        out += '"' + text.substr(i, end - i) + '"';
        i = end - 1;
    }
    return out;
}

Json number(int64_t hundredths) { return "\x01" + decimal(hundredths, 2); }

std::string with_numbers(const Json& body) {
    const std::string text = body.dump(2), mark = "\"\\u0001";
    std::string out;
    for (size_t from = 0;;) {
        const size_t at = text.find(mark, from);
        out += text.substr(from, at - from);
        if (at == std::string::npos) return out;
        const size_t end = text.find('"', at + mark.size());
        out += text.substr(at + mark.size(), end - at - mark.size());
        from = end + 1;
    }
}

int64_t now_ms() { return std::chrono::duration_cast<std::chrono::milliseconds>(std::chrono::system_clock::now().time_since_epoch()).count(); }

std::string xero_date(int64_t unix_ms) { return "/Date(" + std::to_string(unix_ms) + "+0000)/"; }

}  // namespace sandbox::xero
