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

/// The keys a setting holds: its lines, or the whole text when it is a PEM.
std::vector<std::string> keys_of(Collector& collector, const tpk_key& key, KeySource source) {
    std::vector<std::string> out;
    if (key.setting.len == 0) {
        if (auto bytes = key_bytes(collector, key, source)) out.push_back(std::move(*bytes));
        return out;
    }
    const std::string* text = collector.setting(view_of(key.setting));
    if (!text) return out;
    std::string_view rest = *text;
    while (!rest.empty()) {
        const size_t end = is_pem(*text) ? std::string_view::npos : rest.find('\n');
        auto bytes = decoded(rest.substr(0, end), key.encoding);
        if (bytes && !bytes->empty()) out.push_back(std::move(*bytes));
        rest = end == std::string_view::npos ? std::string_view() : rest.substr(end + 1);
    }
    return out;
}

Proven prove_with(const std::string& key, std::string_view scheme, const std::string& parts, std::string_view claimed, const tpk_proof& proof) {
    if (scheme == "token") return {equal_constant_time(key, claimed), std::nullopt};
    if (const auto mac = hmac_of(scheme, key, parts)) return {equal_constant_time(*mac, claimed), std::nullopt};
    if (const auto sum = digest_of(scheme, parts + key)) return {equal_constant_time(*sum, claimed), std::nullopt};
    if (scheme != "aes-256-gcm") return {verify_with(scheme, key, parts, claimed), std::nullopt};
    const auto ciphertext = decoded(parts, proof.parts_encoding);
    if (!ciphertext) return {};
    auto opened = open_aead(key, view_of(proof.nonce), view_of(proof.aad), *ciphertext, claimed);
    const bool yes = opened.has_value();
    return {yes, std::move(opened)};
}

}  // namespace

std::optional<std::string> key_bytes(Collector& collector, const tpk_key& key, KeySource source) {
    if (key.setting.len == 0) {
        if (source == KeySource::setting_only || key.bytes.len == 0) return std::nullopt;
        return std::string(view_of(key.bytes));
    }
    const std::string* text = key.bytes.len == 0 ? collector.setting(view_of(key.setting)) : nullptr;
    auto bytes = text ? decoded(*text, key.encoding) : std::nullopt;
    return bytes && !bytes->empty() ? bytes : std::nullopt;
}

Proven check_proof(Collector& collector, const tpk_proof& proof, KeySource source) {
    const std::string_view claim = view_of(proof.claimed);
    if (claim.empty()) return {};
    if (source == KeySource::setting_only) {
        if (proof.key.bytes.len != 0 || proof.key.setting.len == 0) return {};
        if (!collector.lies_in_message(claim)) return {};
    }
    if (proof.signed_at_unix_ms != 0 && std::llabs(collector.now_unix_ms() - proof.signed_at_unix_ms) > kSignedTimeToleranceMs)
        return {};
    const auto claimed = decoded(claim, proof.claimed_encoding);
    if (!claimed || claimed->empty()) return {};
    const std::string parts = joined_parts(proof);
    for (const std::string& key : keys_of(collector, proof.key, source)) {
        Proven result = prove_with(key, view_of(proof.scheme), parts, *claimed, proof);
        if (result.yes) return result;
    }
    return {};
}

}  // namespace turnpike::plugins
