#pragma once

#include <string_view>

#include "turnpike/error.hpp"
#include "turnpike/provider.h"
#include "turnpike/text.hpp"

namespace turnpike {

/// A key: the name of a setting the host reads itself, or bytes.  Proofs take settings only.
class Key {
  public:
    static Key setting(std::string_view name, uint32_t encoding = TPK_RAW) {
        Key key;
        key.abi_.setting = to_str(name);
        key.abi_.encoding = encoding;
        return key;
    }
    static Key bytes(std::string_view bytes) {
        Key key;
        key.abi_.bytes = to_bytes(bytes);
        return key;
    }
    const tpk_key& abi() const { return abi_; }

  private:
    tpk_key abi_{};
};

/// The host's pure services within one step (or one create).  Results live in the step's arena, so
/// a view of one stays good as long as anything in an operation does.
class Host {
  public:
    Host(const tpk_host* host, tpk_out* out) : host_(host), out_(out) {}

    /// See sdk/docs/transforms.md.  Throws Error(provider) when the bytes are not what the
    /// transform takes.
    std::string_view transform(std::string_view name, std::string_view data) const {
        std::string_view result;
        if (!try_transform(name, data, result)) {
            throw Error(ErrorKind::provider, "Bytes that " + std::string(name) + " cannot read.");
        }
        return result;
    }
    bool try_transform(std::string_view name, std::string_view data,
                       std::string_view& result) const {
        tpk_bytes bytes{};
        const bool done = host_->transform(out_, to_str(name), to_bytes(data), &bytes) != 0;
        result = view(bytes);
        return done;
    }
    std::string_view base64(std::string_view data) const { return transform("base64/1", data); }
    std::string_view hex(std::string_view data) const { return transform("hex/1", data); }

    /// Raw bytes of the MAC; "hmac-sha256", "hmac-sha512", "hmac-sha1".
    std::string_view hmac(std::string_view scheme, const Key& key, std::string_view data) const {
        tpk_bytes bytes{};
        const int done = host_->hmac(out_, to_str(scheme), &key.abi(), to_bytes(data), &bytes);
        return checked(done, bytes, "hmac");
    }
    /// Raw bytes of the digest; "sha256", "sha512", "sha1", "md5".
    std::string_view digest(std::string_view scheme, std::string_view data) const {
        tpk_bytes bytes{};
        const int done = host_->digest(out_, to_str(scheme), to_bytes(data), &bytes);
        return checked(done, bytes, "digest");
    }
    /// Raw bytes of the signature; "RS256", "Ed25519".
    std::string_view sign(std::string_view scheme, const Key& key, std::string_view data) const {
        tpk_bytes bytes{};
        const int done = host_->sign(out_, to_str(scheme), &key.abi(), to_bytes(data), &bytes);
        return checked(done, bytes, "sign");
    }
    /// TPK_JSON_* and the value at the pointer; see tpk_host.json.
    uint32_t json(std::string_view document, std::string_view pointer,
                  std::string_view& value) const {
        tpk_str text{};
        const uint32_t kind = host_->json(out_, to_bytes(document), to_str(pointer), &text);
        value = view(text);
        return kind;
    }
    void log(uint32_t level, std::string_view message) const {
        host_->log(out_, level, to_str(message));
    }

    const tpk_host* table() const { return host_; }
    tpk_out* out() const { return out_; }

  private:
    static std::string_view checked(int done, tpk_bytes bytes, const char* what) {
        if (done == 0)
            throw Error(ErrorKind::internal, std::string("The host refused ") + what + ".");
        return view(bytes);
    }

    const tpk_host* host_;
    tpk_out* out_;
};

}  // namespace turnpike
