#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "turnpike/host.hpp"

namespace turnpike {

/// What a sender claims to have signed, with which of our settings.  `Op::prove` has the host check
/// it; there is no other way to authenticate an inbound message.  Everything given is viewed, not
/// copied.
class Proof {
  public:
    /// "hmac-sha256", "hmac-sha512", "sha256", "RS256", "Ed25519", "aes-256-gcm", "token".
    Proof(std::string_view scheme, const Key& key) {
        abi_.size = sizeof abi_;
        abi_.scheme = to_str(scheme);
        abi_.key = key.abi();
    }
    /// What was signed is the concatenation of all parts.
    Proof& part(std::string_view bytes) {
        parts_.push_back(to_bytes(bytes));
        return *this;
    }
    /// Signature, tag or token exactly as received: a view into the inbound request.
    Proof& claimed(std::string_view text, uint32_t encoding) {
        abi_.claimed = to_bytes(text);
        abi_.claimed_encoding = encoding;
        return *this;
    }
    /// When the sender signed; the host applies its tolerance, towards past and future.
    Proof& signed_at_unix_ms(int64_t at) {
        abi_.signed_at_unix_ms = at;
        return *this;
    }
    /// AEAD: how the parts (the ciphertext) are encoded, and the decoded nonce.
    Proof& ciphertext(uint32_t encoding, std::string_view nonce, std::string_view aad = {}) {
        abi_.parts_encoding = encoding;
        abi_.nonce = to_bytes(nonce);
        abi_.aad = to_bytes(aad);
        return *this;
    }
    tpk_proof abi() const {
        tpk_proof out = abi_;
        out.parts = parts_.data();
        out.part_count = static_cast<uint32_t>(parts_.size());
        return out;
    }

  private:
    tpk_proof abi_{};
    std::vector<tpk_bytes> parts_;
};

}  // namespace turnpike
