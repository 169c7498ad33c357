#pragma once

#include <optional>
#include <string>

#include "host/plugins/collector.hpp"
#include "host/plugins/key_desk.hpp"
#include "turnpike/provider.h"

namespace turnpike::plugins {

/// Seconds a signed time may lie in the past or in the future.
constexpr int64_t kSignedTimeToleranceMs = 300 * 1000;

enum class KeySource { setting_only, setting_or_bytes };

/// The one way an inbound message is authenticated (plugin-abi.md 5): refuses an empty key, a key given as bytes and
/// a claim that lies neither in the inbound request nor in lent memory; compares in constant time; the time a message
/// says it was signed at must be within the tolerance on either side.
///
/// Schemes: "hmac-<digest>" (key, parts); "<digest>" (digest of parts followed by the key); "RS256", "RS512",
/// "Ed25519" (PEM); "aes-256-gcm" (claimed is the tag, parts the ciphertext); "token" (claimed equals the key).
/// A setting of several lines holds several keys: any one of them proves, so that a key can be rolled.
Proven check_proof(Collector& collector, const tpk_proof& proof, KeySource source);

/// The same with owned bytes, for whoever holds the settings.
Proven prove_by_setting(const SettingTexts& settings, const KeyProof& proof);

/// A MAC or a signature with a key named by setting or given as bytes, exactly one; nullopt when there is none.
std::optional<std::string> use_key(Collector& collector, KeyUse::Kind kind, std::string_view scheme, const tpk_key& key, std::string_view data);
std::optional<std::string> use_key(const SettingTexts& settings, const KeyUse& use);

}  // namespace turnpike::plugins
