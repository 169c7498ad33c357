#include "tools/sandbox/core/message.hpp"

#include <algorithm>
#include <cctype>
#include <cstdio>

namespace sandbox {

std::string Request::header(const std::string& name) const {
    for (const auto& [key, value] : headers) {
        const bool same = key.size() == name.size() && std::equal(key.begin(), key.end(), name.begin(), [](unsigned char a, unsigned char b) { return std::tolower(a) == std::tolower(b); });
        if (same) return value;
    }
    return {};
}

Response json_response(int status, const Json& body) { return {status, {}, body.dump(2), "application/json", Wire::answer}; }
Response html_response(int status, const std::string& body) { return {status, {}, body, "text/html; charset=utf-8", Wire::answer}; }
Response redirect_to(const std::string& url) { return {303, {{"Location", url}}, "", "text/plain", Wire::answer}; }

std::string percent_decoded(const std::string& text) {
    std::string out;
    for (size_t i = 0; i < text.size(); ++i) {
        if (text[i] == '+') out += ' ';
        else if (text[i] == '%' && i + 2 < text.size() && std::isxdigit(static_cast<unsigned char>(text[i + 1])) && std::isxdigit(static_cast<unsigned char>(text[i + 2]))) {
            out += static_cast<char>(std::stoi(text.substr(i + 1, 2), nullptr, 16));
            i += 2;
        } else out += text[i];
    }
    return out;
}

std::vector<std::pair<std::string, std::string>> parse_form(const std::string& text) {
    std::vector<std::pair<std::string, std::string>> out;
    for (size_t from = 0; from < text.size();) {
        const size_t amp = std::min(text.find('&', from), text.size());
        const std::string pair = text.substr(from, amp - from);
        const size_t equals = pair.find('=');
        if (!pair.empty()) out.emplace_back(percent_decoded(pair.substr(0, equals)), equals == std::string::npos ? "" : percent_decoded(pair.substr(equals + 1)));
        from = amp + 1;
    }
    return out;
}

std::string html_escaped(const std::string& text) {
    std::string out;
    for (const char c : text) {
        if (c == '<') out += "&lt;";
        else if (c == '>') out += "&gt;";
        else if (c == '&') out += "&amp;";
        else if (c == '"') out += "&quot;";
        else out += c;
    }
    return out;
}

int decimals_of(const std::string& currency) {
    static const std::vector<std::string> none = {"BIF", "CLP", "DJF", "GNF", "JPY", "KMF", "KRW", "PYG", "RWF", "VND", "VUV", "XAF", "XOF", "XPF"};
    static const std::vector<std::string> three = {"BHD", "JOD", "KWD", "OMR", "TND"};
    std::string upper = currency;
    for (char& c : upper) c = static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
    if (std::find(none.begin(), none.end(), upper) != none.end()) return 0;
    return std::find(three.begin(), three.end(), upper) != three.end() ? 3 : 2;
}

std::string decimal(int64_t minor, int decimals) {
    std::string digits = std::to_string(minor < 0 ? -minor : minor);
    while (digits.size() <= static_cast<size_t>(decimals)) digits.insert(0, "0");
    if (decimals > 0) digits.insert(digits.size() - static_cast<size_t>(decimals), ".");
    return minor < 0 ? "-" + digits : digits;
}

}  // namespace sandbox
