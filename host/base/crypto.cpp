#include "host/base/crypto.hpp"

#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <openssl/params.h>
#include <openssl/sha.h>

#include <array>
#include <memory>
#include <stdexcept>

namespace turnpike {
namespace {

using CipherContext = std::unique_ptr<EVP_CIPHER_CTX, decltype(&EVP_CIPHER_CTX_free)>;
constexpr int kGcmTagBytes = 16;

const unsigned char* raw(std::string_view s) { return reinterpret_cast<const unsigned char*>(s.data()); }
unsigned char* raw(std::string& s) { return reinterpret_cast<unsigned char*>(s.data()); }

void require(int ok) {
    if (ok != 1) throw std::runtime_error("OpenSSL refused a cipher operation");
}

using MacContext = std::unique_ptr<EVP_MAC_CTX, decltype(&EVP_MAC_CTX_free)>;

/// HMAC() looks for both algorithms by their names each time, which takes longer than the work.
MacContext hmac_context(const char* digest) {
    const std::unique_ptr<EVP_MAC, decltype(&EVP_MAC_free)> algorithm(EVP_MAC_fetch(nullptr, "HMAC", nullptr), EVP_MAC_free);
    MacContext out(EVP_MAC_CTX_new(algorithm.get()), EVP_MAC_CTX_free);
    std::string name(digest);
    const std::array<OSSL_PARAM, 2> parameters = {OSSL_PARAM_construct_utf8_string("digest", name.data(), 0), OSSL_PARAM_construct_end()};
    require(out && EVP_MAC_CTX_set_params(out.get(), parameters.data()));
    return out;
}

void check_gcm_sizes(std::string_view key, std::string_view nonce) {
    if (key.size() != 32 || nonce.size() != 12) throw std::logic_error("AES-256-GCM key or nonce size");
}

}  // namespace

std::string sha256(std::string_view bytes) {
    // OpenSSL looks for the algorithm by its name at every SHA256().
    static const EVP_MD* const kAlgorithm = EVP_MD_fetch(nullptr, "SHA256", nullptr);
    std::string out(SHA256_DIGEST_LENGTH, '\0');
    require(EVP_Digest(bytes.data(), bytes.size(), raw(out), nullptr, kAlgorithm, nullptr));
    return out;
}

std::string hmac_sha256(std::string_view key, std::string_view bytes) {
    thread_local const MacContext prepared = hmac_context("SHA256");
    const MacContext mac(EVP_MAC_CTX_dup(prepared.get()), EVP_MAC_CTX_free);
    std::string out(SHA256_DIGEST_LENGTH, '\0');
    size_t len = 0;
    require(mac && EVP_MAC_init(mac.get(), raw(key), key.size(), nullptr));
    require(EVP_MAC_update(mac.get(), raw(bytes), bytes.size()));
    require(EVP_MAC_final(mac.get(), raw(out), &len, out.size()));
    return out;
}

std::string hmac_sha1(std::string_view key, std::string_view bytes) {
    std::string out(SHA_DIGEST_LENGTH, '\0');
    unsigned len = 0;
    HMAC(EVP_sha1(), key.data(), static_cast<int>(key.size()), raw(bytes), bytes.size(), raw(out), &len);
    return out;
}

std::string scrypt(std::string_view password, std::string_view salt, int log_n, int r, int p) {
    std::string out(32, '\0');
    const uint64_t n = uint64_t{1} << log_n;
    const uint64_t memory = 128 * static_cast<uint64_t>(r) * (n + static_cast<uint64_t>(p)) + (1u << 20);
    require(EVP_PBE_scrypt(password.data(), password.size(), raw(salt), salt.size(), n, static_cast<uint64_t>(r), static_cast<uint64_t>(p), memory, raw(out), out.size()));
    return out;
}

bool equal_constant_time(std::string_view a, std::string_view b) {
    return a.size() == b.size() && CRYPTO_memcmp(a.data(), b.data(), a.size()) == 0;
}

std::string seal_aes256gcm(std::string_view key, std::string_view nonce, std::string_view aad,
                           std::string_view plain) {
    check_gcm_sizes(key, nonce);
    CipherContext ctx(EVP_CIPHER_CTX_new(), EVP_CIPHER_CTX_free);
    require(EVP_EncryptInit_ex(ctx.get(), EVP_aes_256_gcm(), nullptr, raw(key), raw(nonce)));
    int len = 0;
    require(EVP_EncryptUpdate(ctx.get(), nullptr, &len, raw(aad), static_cast<int>(aad.size())));
    std::string out(plain.size() + kGcmTagBytes, '\0');
    require(EVP_EncryptUpdate(ctx.get(), raw(out), &len, raw(plain), static_cast<int>(plain.size())));
    require(EVP_EncryptFinal_ex(ctx.get(), raw(out) + len, &len));
    require(EVP_CIPHER_CTX_ctrl(ctx.get(), EVP_CTRL_GCM_GET_TAG, kGcmTagBytes, raw(out) + plain.size()));
    return out;
}

std::optional<std::string> open_aes256gcm(std::string_view key, std::string_view nonce,
                                          std::string_view aad, std::string_view sealed) {
    check_gcm_sizes(key, nonce);
    if (sealed.size() < kGcmTagBytes) return std::nullopt;
    const std::string_view cipher = sealed.substr(0, sealed.size() - kGcmTagBytes);
    std::string tag(sealed.substr(cipher.size()));
    CipherContext ctx(EVP_CIPHER_CTX_new(), EVP_CIPHER_CTX_free);
    require(EVP_DecryptInit_ex(ctx.get(), EVP_aes_256_gcm(), nullptr, raw(key), raw(nonce)));
    int len = 0;
    require(EVP_DecryptUpdate(ctx.get(), nullptr, &len, raw(aad), static_cast<int>(aad.size())));
    std::string out(cipher.size() + 16, '\0');
    require(EVP_DecryptUpdate(ctx.get(), raw(out), &len, raw(cipher), static_cast<int>(cipher.size())));
    require(EVP_CIPHER_CTX_ctrl(ctx.get(), EVP_CTRL_GCM_SET_TAG, kGcmTagBytes, raw(tag)));
    int tail = 0;
    if (EVP_DecryptFinal_ex(ctx.get(), raw(out) + len, &tail) != 1) return std::nullopt;
    out.resize(cipher.size());
    return out;
}

}  // namespace turnpike
