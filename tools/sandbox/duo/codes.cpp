#include <openssl/evp.h>

#include <algorithm>

#include "tools/sandbox/duo/emulator.hpp"

namespace sandbox::duo {
namespace {

std::string encoded(const std::string& text) {
    static constexpr char kDigits[] = "0123456789ABCDEF";
    std::string out;
    for (const char c : text) {
        const bool plain = (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '_' || c == '.' || c == '~';
        if (plain) {
            out += c;
            continue;
        }
        out += '%';
        out += kDigits[static_cast<unsigned char>(c) >> 4];
        out += kDigits[static_cast<unsigned char>(c) & 15];
    }
    return out;
}

}  // namespace

std::string sha512_hex(const std::string& bytes) {
    unsigned char digest[EVP_MAX_MD_SIZE];
    unsigned int length = 0;
    EVP_Digest(bytes.data(), bytes.size(), digest, &length, EVP_sha512(), nullptr);
    return hex_of(std::string(reinterpret_cast<const char*>(digest), length));
}

std::string canonical_params(const std::string& text) {
    std::vector<std::pair<std::string, std::string>> pairs;
    for (const auto& [name, value] : parse_form(text)) pairs.emplace_back(encoded(name), encoded(value));
    std::sort(pairs.begin(), pairs.end());
    std::string out;
    for (const auto& [name, value] : pairs) out += (out.empty() ? "" : "&") + name + "=" + value;
    return out;
}

std::string expected_signature(const Request& request, const std::string& secret, int version, const std::string& algorithm) {
    const bool get = request.method == "GET";
    std::string text = request.header("Date") + "\n" + request.method + "\n" + request.host + "\n" + request.path + "\n";
    if (version == 2) {
        text += canonical_params(get ? request.query : request.body);
    } else {
        text += get ? canonical_params(request.query) : "";
        text += "\n" + sha512_hex(get ? "" : request.body) + "\n" + sha512_hex("");
    }
    return hmac_hex(algorithm, secret, text);
}

std::string base64url(const std::string& bytes) {
    std::string out(4 * ((bytes.size() + 2) / 3) + 1, '\0');
    out.resize(static_cast<size_t>(EVP_EncodeBlock(reinterpret_cast<unsigned char*>(out.data()), reinterpret_cast<const unsigned char*>(bytes.data()), static_cast<int>(bytes.size()))));
    std::replace(out.begin(), out.end(), '+', '-');
    std::replace(out.begin(), out.end(), '/', '_');
    while (!out.empty() && out.back() == '=') out.pop_back();
    return out;
}

std::string base64url_decoded(const std::string& text) {
    std::string padded = text;
    std::replace(padded.begin(), padded.end(), '-', '+');
    std::replace(padded.begin(), padded.end(), '_', '/');
    while (padded.size() % 4 != 0) padded += '=';
    return base64_decoded(padded);
}

std::string jwt(const Json& claims, const std::string& secret) {
    const std::string text = base64url(R"({"alg":"HS512","typ":"JWT"})") + "." + base64url(claims.dump());
    return text + "." + base64url(bytes_of(hmac_hex("sha512", secret, text)));
}

Json jwt_claims(const std::string& token, const std::string& secret) {
    const size_t first = token.find('.'), last = token.rfind('.');
    if (first == std::string::npos || first == last) return nullptr;
    if (base64url(bytes_of(hmac_hex("sha512", secret, token.substr(0, last)))) != token.substr(last + 1)) return nullptr;
    const Json head = Json::parse(base64url_decoded(token.substr(0, first)), nullptr, false);
    if (!head.is_object() || head.value("alg", "") != "HS512") return nullptr;
    const Json claims = Json::parse(base64url_decoded(token.substr(first + 1, last - first - 1)), nullptr, false);
    return claims.is_object() ? claims : Json(nullptr);
}

}  // namespace sandbox::duo
