#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "host/base/random.hpp"
#include "host/base/result.hpp"

namespace turnpike::config {

/// The installation's master key, and every key and secret that follows from it.  Immutable, any thread; its bytes
/// leave it only as HMACs and ciphertexts.
class Keyring {
  public:
    /// Reads the 32-byte key (hex or base64, one a line; the first seals, all open, and from the last everything is derived) from a file nobody
    /// else may read.  Failure: 503 key_unavailable, key_permissions.
    static Result<Keyring> read(const std::filesystem::path& file);
    /// Writes a fresh key, 0600, unless the file exists.  For development and first starts.
    static Result<void> create_if_missing(const std::filesystem::path& file, Random& random);
    /// For tests and programs that open nothing.
    explicit Keyring(std::vector<std::string> keys) : keys_(std::move(keys)) {}

    /// Puts a fresh key before the others; the file is replaced as a whole.  Failure: 503 key_unavailable.
    static Result<void> add_key(const std::filesystem::path& file, Random& random);
    /// HMAC-SHA256(the oldest key, label): 32 bytes.
    std::string derive(std::string_view label) const;
    /// The secret part of a hook's URL (contracts.md 3).
    std::string hook_secret(std::string_view integration, int64_t n) const;
    /// "sealed:v1:KEYID:BASE64"; opens only for the same integration and field.
    std::string seal(std::string_view integration, std::string_view field, std::string_view plain, Random& random) const;
    std::optional<std::string> open(std::string_view integration, std::string_view field, std::string_view sealed) const;
    /// Opens and seals again with the newest key; nullopt when it does not open, or is no sealed value.
    std::optional<std::string> reseal(std::string_view integration, std::string_view field, std::string_view sealed, Random& random) const;
    static bool is_sealed(std::string_view text) { return text.substr(0, 10) == "sealed:v1:"; }

  private:
    static std::string key_id(const std::string& key);
    std::vector<std::string> keys_;
};

/// Refuses files that group or others may read or write.  Failure: 503 key_permissions.
Result<void> check_private(const std::filesystem::path& file);

}  // namespace turnpike::config
