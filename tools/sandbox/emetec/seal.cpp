#include <openssl/evp.h>

#include <memory>

#include "tools/sandbox/emetec/emulator.hpp"

namespace sandbox::emetec {
namespace {

std::string upper_hex(const std::string& bytes) {
    std::string out = hex_of(bytes);
    for (char& c : out) c = static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
    return out;
}

}  // namespace

Sealed seal(const std::string& key_hex, const std::string& nonce_hex, const std::string& plain) {
    const std::string key = bytes_of(key_hex), nonce = bytes_of(nonce_hex);
    const std::unique_ptr<EVP_CIPHER_CTX, void (*)(EVP_CIPHER_CTX*)> context(EVP_CIPHER_CTX_new(), EVP_CIPHER_CTX_free);
    EVP_EncryptInit_ex(context.get(), EVP_aes_256_gcm(), nullptr, reinterpret_cast<const unsigned char*>(key.data()), reinterpret_cast<const unsigned char*>(nonce.data()));
    std::string sealed(plain.size(), '\0');
    int length = 0;
    EVP_EncryptUpdate(context.get(), reinterpret_cast<unsigned char*>(sealed.data()), &length, reinterpret_cast<const unsigned char*>(plain.data()), static_cast<int>(plain.size()));
    EVP_EncryptFinal_ex(context.get(), reinterpret_cast<unsigned char*>(sealed.data()) + length, &length);
    std::string tag(16, '\0');
    EVP_CIPHER_CTX_ctrl(context.get(), EVP_CTRL_GCM_GET_TAG, 16, tag.data());
    return {upper_hex(sealed), upper_hex(tag)};
}

void Emetec::tell(const Json& payment) {
    const std::string nonce = new_id("", 24, "0123456789ABCDEF");
    const Sealed sealed = seal(dials().bad_signature ? std::string(64, 'f') : kWebhookKey, nonce, Json{{"type", "PAYMENT"}, {"payload", payment}}.dump());
    send(sealed.body, {{"X-Initialization-Vector", nonce}, {"X-Authentication-Tag", sealed.tag}}, "text/plain");
}

}  // namespace sandbox::emetec
