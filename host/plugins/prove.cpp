#include "host/plugins/prove.hpp"

#include <cstdlib>
#include <vector>

#include "host/base/crypto.hpp"
#include "host/base/encoding.hpp"
#include "host/plugins/crypto_services.hpp"
#include "host/plugins/views.hpp"

namespace turnpike::plugins {
namespace {

std::optional<std::string> decoded(std::string_view text, uint32_t encoding) {
    switch (encoding) {
        case TPK_RAW: return std::string(text);
        case TPK_HEX: return from_hex(text);
        case TPK_BASE64: return from_base64(text);
        default: return std::nullopt;
    }
}

std::string joined_parts(const tpk_proof& proof) {
    std::string out;
    for (uint32_t i = 0; i < proof.part_count; ++i) out += view_of(proof.parts[i]);
    return out;
}

bool is_pem(std::string_view text) { return text.find("-----BEGIN") != std::string_view::npos; }

/// The keys a setting's text holds: its lines, or the whole of it when it is a PEM.
std::vector<std::string> keys_in(const std::string& text, uint32_t encoding) {
    std::vector<std::string> out;
    std::string_view rest = text;
    while (!rest.empty()) {
        const size_t end = is_pem(text) ? std::string_view::npos : rest.find('\n');
        auto bytes = decoded(rest.substr(0, end), encoding);
        if (bytes && !bytes->empty()) out.push_back(std::move(*bytes));
        rest = end == std::string_view::npos ? std::string_view() : rest.substr(end + 1);
    }
    return out;
}

const std::string* text_of(const SettingTexts& settings, const std::string& name) {
    const auto found = settings.find(name);
    return found == settings.end() || found->second.empty() ? nullptr : &found->second;
}

KeyProof key_proof_of(const tpk_proof& proof, std::string claimed, KeySource source) {
    return {std::string(view_of(proof.scheme)), std::string(view_of(proof.key.setting)), proof.key.encoding, joined_parts(proof), proof.parts_encoding,
            std::move(claimed), std::string(view_of(proof.nonce)), std::string(view_of(proof.aad)), source == KeySource::setting_only};
}

Proven prove_with(const std::string& key, const KeyProof& p) {
    if (p.scheme == "token") return {equal_constant_time(key, p.claimed), std::nullopt};
    if (const auto mac = hmac_of(p.scheme, key, p.parts)) return {equal_constant_time(*mac, p.claimed), std::nullopt};
    if (const auto sum = digest_of(p.scheme, p.parts + key)) return {equal_constant_time(*sum, p.claimed), std::nullopt};
    if (p.scheme != "aes-256-gcm") return {verify_with(p.scheme, key, p.parts, p.claimed), std::nullopt};
    const auto ciphertext = decoded(p.parts, p.parts_encoding);
    if (!ciphertext) return {};
    auto opened = open_aead(key, p.nonce, p.aad, *ciphertext, p.claimed);
    const bool yes = opened.has_value();
    return {yes, std::move(opened)};
}

/// Keys given as bytes are the plugin's own, wherever it runs.
Proven verify_with_bytes(const tpk_proof& proof, std::string claimed) {
    return prove_with(std::string(view_of(proof.key.bytes)), key_proof_of(proof, std::move(claimed), KeySource::setting_or_bytes));
}

}  // namespace

Proven prove_by_setting(const SettingTexts& settings, const KeyProof& proof) {
    const std::string* text = text_of(settings, proof.setting);
    if (!text || proof.claimed.empty()) return {};
    for (const std::string& key : keys_in(*text, proof.key_encoding)) {
        Proven result = prove_with(key, proof);
        if (result.yes) return result;
    }
    return {};
}

std::optional<std::string> use_key(const SettingTexts& settings, const KeyUse& use) {
    const std::string* text = text_of(settings, use.setting);
    const auto key = text ? decoded(*text, use.key_encoding) : std::nullopt;
    if (!key || key->empty()) return std::nullopt;
    return use.kind == KeyUse::Kind::hmac ? hmac_of(use.scheme, *key, use.data) : sign_with(use.scheme, *key, use.data);
}

std::optional<std::string> use_key(Collector& collector, KeyUse::Kind kind, std::string_view scheme, const tpk_key& key, std::string_view data) {
    const std::string_view bytes = view_of(key.bytes);
    if (key.setting.len == 0) {
        if (bytes.empty()) return std::nullopt;
        return kind == KeyUse::Kind::hmac ? hmac_of(scheme, bytes, data) : sign_with(scheme, bytes, data);
    }
    if (!bytes.empty()) return std::nullopt;
    const KeyUse use{kind, std::string(scheme), std::string(view_of(key.setting)), key.encoding, std::string(data)};
    return collector.key_desk() ? collector.key_desk()->use(use) : use_key(collector.settings(), use);
}

Proven check_proof(Collector& collector, const tpk_proof& proof, KeySource source) {
    const std::string_view claim = view_of(proof.claimed);
    const bool by_setting = proof.key.setting.len != 0;
    constexpr uint32_t kProofLeast = 136;  // what ABI 1.0 had
    if (proof.size < kProofLeast || claim.empty() || (by_setting && proof.key.bytes.len != 0)) return {};
    if (source == KeySource::setting_only && (!by_setting || !collector.lies_in_message(claim))) return {};
    if (proof.signed_at_unix_ms != 0 && std::llabs(collector.now_unix_ms() - proof.signed_at_unix_ms) > kSignedTimeToleranceMs) return {};
    auto claimed = decoded(claim, proof.claimed_encoding);
    if (!claimed || claimed->empty()) return {};
    if (!by_setting) return proof.key.bytes.len == 0 ? Proven{} : verify_with_bytes(proof, std::move(*claimed));
    const KeyProof asked = key_proof_of(proof, std::move(*claimed), source);
    return collector.key_desk() ? collector.key_desk()->prove(asked) : prove_by_setting(collector.settings(), asked);
}

}  // namespace turnpike::plugins
