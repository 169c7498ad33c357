#pragma once

#include <cstdint>
#include <optional>
#include <string>

namespace turnpike::plugins {

/// What a proof came to; `opened` is the plaintext of an AEAD.
struct Proven {
    bool yes = false;
    std::optional<std::string> opened;
};

/// A proof with a key named by setting, as owned bytes.
struct KeyProof {
    std::string scheme;
    std::string setting;
    uint32_t key_encoding = 0;
    std::string parts;  ///< joined
    uint32_t parts_encoding = 0;
    std::string claimed;  ///< decoded
    std::string nonce, aad;
    bool inbound = false;  ///< prove(), not verify()
};

/// Bytes made with a key named by setting.
struct KeyUse {
    enum class Kind { hmac, sign };
    Kind kind = Kind::hmac;
    std::string scheme;
    std::string setting;
    uint32_t key_encoding = 0;
    std::string data;
};

/// Whoever holds the keys that settings name.  In a worker that is the host, so that those keys never enter it.
class KeyDesk {
  public:
    virtual ~KeyDesk() = default;
    virtual Proven prove(const KeyProof& proof) = 0;
    virtual std::optional<std::string> use(const KeyUse& use) = 0;
};

}  // namespace turnpike::plugins
