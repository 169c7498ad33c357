#include "host/plugins/crypto_services.hpp"

#include <openssl/bio.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <openssl/pem.h>

#include <memory>

#include "host/base/crypto.hpp"

namespace turnpike::plugins {
namespace {

template <auto Free>
struct Freed {
    template <class T>
    void operator()(T* p) const {
        Free(p);
    }
};
using PrivateOrPublic = std::unique_ptr<EVP_PKEY, Freed<EVP_PKEY_free>>;
using DigestContext = std::unique_ptr<EVP_MD_CTX, Freed<EVP_MD_CTX_free>>;
using CipherContext = std::unique_ptr<EVP_CIPHER_CTX, Freed<EVP_CIPHER_CTX_free>>;
enum class Half { secret, open };

const uint8_t* octets(std::string_view bytes) { return reinterpret_cast<const uint8_t*>(bytes.data()); }
uint8_t* octets(std::string& bytes) { return reinterpret_cast<uint8_t*>(bytes.data()); }

const EVP_MD* digest_named(std::string_view name) {
    for (const std::string_view known : {"md5", "sha1", "sha256", "sha384", "sha512"})
        if (known == name) return EVP_get_digestbyname(known.data());
    return nullptr;
}

bool signature_scheme(std::string_view scheme) { return scheme == "RS256" || scheme == "RS512" || scheme == "Ed25519"; }

const EVP_MD* signature_digest(std::string_view scheme) {
    return scheme == "RS256" ? EVP_sha256() : scheme == "RS512" ? EVP_sha512() : nullptr;
}

PrivateOrPublic read_pem(std::string_view pem, Half half) {
    std::unique_ptr<BIO, Freed<BIO_free>> bio(BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size())));
    if (!bio) return nullptr;
    return PrivateOrPublic(half == Half::secret ? PEM_read_bio_PrivateKey(bio.get(), nullptr, nullptr, nullptr)
                                                : PEM_read_bio_PUBKEY(bio.get(), nullptr, nullptr, nullptr));
}

}  // namespace

std::optional<std::string> digest_of(std::string_view scheme, std::string_view data) {
    if (scheme == "sha256") return sha256(data);
    const EVP_MD* md = digest_named(scheme);
    if (!md) return std::nullopt;
    std::string out(EVP_MAX_MD_SIZE, '\0');
    unsigned size = 0;
    if (EVP_Digest(data.data(), data.size(), octets(out), &size, md, nullptr) != 1) return std::nullopt;
    out.resize(size);
    return out;
}

std::optional<std::string> hmac_of(std::string_view scheme, std::string_view key, std::string_view data) {
    if (scheme == "hmac-sha256" && !key.empty()) return hmac_sha256(key, data);
    const EVP_MD* md = scheme.rfind("hmac-", 0) == 0 ? digest_named(scheme.substr(5)) : nullptr;
    if (!md || key.empty()) return std::nullopt;
    std::string out(EVP_MAX_MD_SIZE, '\0');
    unsigned size = 0;
    if (!HMAC(md, key.data(), static_cast<int>(key.size()), octets(data), data.size(), octets(out), &size)) return std::nullopt;
    out.resize(size);
    return out;
}

std::optional<std::string> sign_with(std::string_view scheme, std::string_view pem, std::string_view data) {
    const PrivateOrPublic key = signature_scheme(scheme) ? read_pem(pem, Half::secret) : nullptr;
    if (!key) return std::nullopt;
    const DigestContext context(EVP_MD_CTX_new());
    size_t size = 0;
    if (EVP_DigestSignInit(context.get(), nullptr, signature_digest(scheme), nullptr, key.get()) != 1 ||
        EVP_DigestSign(context.get(), nullptr, &size, octets(data), data.size()) != 1)
        return std::nullopt;
    std::string out(size, '\0');
    if (EVP_DigestSign(context.get(), octets(out), &size, octets(data), data.size()) != 1) return std::nullopt;
    out.resize(size);
    return out;
}

bool verify_with(std::string_view scheme, std::string_view pem, std::string_view data, std::string_view signature) {
    const PrivateOrPublic key = signature_scheme(scheme) ? read_pem(pem, Half::open) : nullptr;
    if (!key) return false;
    const DigestContext context(EVP_MD_CTX_new());
    return EVP_DigestVerifyInit(context.get(), nullptr, signature_digest(scheme), nullptr, key.get()) == 1 &&
           EVP_DigestVerify(context.get(), octets(signature), signature.size(), octets(data), data.size()) == 1;
}

std::optional<std::string> open_aead(std::string_view key, std::string_view nonce, std::string_view aad,
                                     std::string_view ciphertext, std::string_view tag) {
    if (key.size() != 32 || nonce.empty() || tag.size() != 16) return std::nullopt;
    const CipherContext owner(EVP_CIPHER_CTX_new());
    EVP_CIPHER_CTX* c = owner.get();
    std::string out(ciphertext.size() + 16, '\0');
    std::string tag_copy(tag);
    int size = 0;
    int last = 0;
    const bool opened = EVP_DecryptInit_ex(c, EVP_aes_256_gcm(), nullptr, nullptr, nullptr) == 1 &&
                        EVP_CIPHER_CTX_ctrl(c, EVP_CTRL_GCM_SET_IVLEN, static_cast<int>(nonce.size()), nullptr) == 1 &&
                        EVP_DecryptInit_ex(c, nullptr, nullptr, octets(key), octets(nonce)) == 1 &&
                        (aad.empty() || EVP_DecryptUpdate(c, nullptr, &last, octets(aad), static_cast<int>(aad.size())) == 1) &&
                        EVP_DecryptUpdate(c, octets(out), &size, octets(ciphertext), static_cast<int>(ciphertext.size())) == 1 &&
                        EVP_CIPHER_CTX_ctrl(c, EVP_CTRL_GCM_SET_TAG, 16, tag_copy.data()) == 1 &&
                        EVP_DecryptFinal_ex(c, octets(out) + size, &last) == 1;
    if (!opened) return std::nullopt;
    out.resize(static_cast<size_t>(size));
    return out;
}

}  // namespace turnpike::plugins
