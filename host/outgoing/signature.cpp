#include "host/outgoing/signature.hpp"

#include "host/base/crypto.hpp"
#include "host/base/encoding.hpp"

namespace turnpike::outgoing {
namespace {

constexpr std::string_view kPrefix = "whsec_";
constexpr size_t kSecretBytes = 32;

}  // namespace

std::string new_secret(Random& random) {
    std::string bytes(kSecretBytes, '\0');
    random.fill(bytes.data(), bytes.size());
    return std::string(kPrefix) + to_base64(bytes);
}

std::string signature_header(const std::vector<std::string>& secrets, std::string_view id, int64_t timestamp_s, std::string_view body) {
    const std::string content = std::string(id) + "." + std::to_string(timestamp_s) + "." + std::string(body);
    std::string out;
    for (const std::string& secret : secrets) {
        const auto key = secret.rfind(kPrefix, 0) == 0 ? from_base64(secret.substr(kPrefix.size())) : std::nullopt;
        if (!key || key->empty()) continue;
        if (!out.empty()) out += ' ';
        out += "v1," + to_base64(hmac_sha256(*key, content));
    }
    return out;
}

}  // namespace turnpike::outgoing
