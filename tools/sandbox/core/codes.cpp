#include <openssl/evp.h>
#include <openssl/hmac.h>

#include "tools/sandbox/core/desk.hpp"

namespace sandbox {

std::string hex_of(const std::string& bytes) {
    static constexpr char kDigits[] = "0123456789abcdef";
    std::string out;
    for (const char c : bytes) {
        out += kDigits[static_cast<unsigned char>(c) >> 4];
        out += kDigits[static_cast<unsigned char>(c) & 15];
    }
    return out;
}

std::string bytes_of(const std::string& hex) {
    std::string out;
    for (size_t i = 0; i + 1 < hex.size(); i += 2) out += static_cast<char>(std::stoi(hex.substr(i, 2), nullptr, 16));
    return out;
}

std::string hmac_hex(const std::string& algorithm, const std::string& key, const std::string& text) {
    unsigned char mac[EVP_MAX_MD_SIZE];
    unsigned int length = 0;
    HMAC(EVP_get_digestbyname(algorithm.c_str()), key.data(), static_cast<int>(key.size()), reinterpret_cast<const unsigned char*>(text.data()), text.size(), mac, &length);
    return hex_of(std::string(reinterpret_cast<const char*>(mac), length));
}

std::string base64_decoded(const std::string& text) {
    std::string out(text.size(), '\0');
    const int length = EVP_DecodeBlock(reinterpret_cast<unsigned char*>(out.data()), reinterpret_cast<const unsigned char*>(text.data()), static_cast<int>(text.size()));
    if (length < 0) return {};
    size_t padding = 0;
    while (padding < text.size() && text[text.size() - 1 - padding] == '=') ++padding;
    out.resize(static_cast<size_t>(length) - padding);
    return out;
}

std::pair<std::string, std::string> basic_credentials(const Request& request) {
    const std::string header = request.header("Authorization");
    if (header.rfind("Basic ", 0) != 0) return {};
    const std::string text = base64_decoded(header.substr(6));
    const size_t colon = text.find(':');
    return {text.substr(0, colon), colon == std::string::npos ? "" : text.substr(colon + 1)};
}

}  // namespace sandbox
