#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "turnpike/provider.h"
#include "turnpike/text.hpp"

namespace turnpike {

enum class ErrorKind : uint32_t {
    config = TPK_ERR_CONFIG,
    input = TPK_ERR_INPUT,
    unsupported = TPK_ERR_UNSUPPORTED,
    auth = TPK_ERR_AUTH,
    declined = TPK_ERR_DECLINED,
    rate = TPK_ERR_RATE,
    provider = TPK_ERR_PROVIDER,
    forged = TPK_ERR_FORGED,
    internal = TPK_ERR_INTERNAL,
};

/// Why an operation failed.  Returned through `fail(...)`, or thrown from anywhere below it: a
/// function shared by several operations throws, and the operation ends with this.  The effect
/// stays unknown, the safe answer, unless the plugin vouches that the provider did nothing.
class Error {
  public:
    explicit Error(ErrorKind kind, std::string hint = {}) : kind_(kind), hint_(std::move(hint)) {}

    /// The provider certainly did nothing: the host may end the payment.
    Error& no_effect() {
        effect_ = TPK_EFFECT_NONE;
        return *this;
    }
    /// One sentence: what the operator should change or look at.
    Error& hint(std::string_view text) { return set(hint_, text); }
    /// JSON pointer to the setting or input member at fault: "/settings/private_key".
    Error& field(std::string_view pointer) { return set(field_, pointer); }
    /// Verbatim from the provider.
    Error& provider_code(std::string_view code) { return set(provider_code_, code); }
    /// Verbatim from the provider, for the operator, never for the payer.
    Error& provider_message(std::string_view message) { return set(provider_message_, message); }
    Error& http_status(uint32_t status) {
        http_status_ = status;
        return *this;
    }
    Error& retry_after_ms(uint32_t ms) {
        retry_after_ms_ = ms;
        return *this;
    }

    ErrorKind kind() const { return kind_; }

    /// The C structure; it points into this object.
    tpk_error abi() const {
        tpk_error out{};
        out.size = sizeof out;
        out.kind = static_cast<uint32_t>(kind_);
        out.effect = effect_;
        out.retry_after_ms = retry_after_ms_;
        out.http_status = http_status_;
        out.provider_code = to_str(provider_code_);
        out.provider_message = to_str(provider_message_);
        out.hint = to_str(hint_);
        out.field = to_str(field_);
        return out;
    }

  private:
    Error& set(std::string& member, std::string_view text) {
        member = utf8_or_replaced(cut(text, 1000));
        return *this;
    }

    ErrorKind kind_;
    uint32_t effect_ = TPK_EFFECT_UNKNOWN;
    uint32_t retry_after_ms_ = 0;
    uint32_t http_status_ = 0;
    std::string hint_;
    std::string field_;
    std::string provider_code_;
    std::string provider_message_;
};

}  // namespace turnpike
