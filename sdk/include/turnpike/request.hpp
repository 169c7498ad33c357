#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "turnpike/form.hpp"
#include "turnpike/host.hpp"
#include "turnpike/json_writer.hpp"
#include "turnpike/provider.h"
#include "turnpike/text.hpp"

namespace turnpike {

enum class Retry : uint32_t {
    never = TPK_RETRY_NEVER,
    if_unsent = TPK_RETRY_IF_UNSENT,
    idempotent = TPK_RETRY_IDEMPOTENT,
};

/// One request to a provider.  GET is retried as idempotent by default, everything else never: say
/// so where the provider takes an idempotency key.
class Request {
  public:
    Request(std::string_view method, std::string_view url)
        : method_(method), url_(url), retry_(method == "GET" ? Retry::idempotent : Retry::never) {}

    Request&& header(std::string_view name, std::string_view value) && {
        headers_.push_back({std::string(name), std::string(value), 0});
        return std::move(*this);
    }
    /// A header no transcript may show.
    Request&& secret_header(std::string_view name, std::string_view value) && {
        headers_.push_back({std::string(name), std::string(value), TPK_HEADER_SENSITIVE});
        return std::move(*this);
    }
    Request&& bearer(std::string_view token) && {
        return std::move(*this).secret_header("Authorization", "Bearer " + std::string(token));
    }
    /// HTTP Basic; the host encodes it.
    Request&& basic(const Host& host, std::string_view user, std::string_view password) && {
        const std::string both = std::string(user) + ':' + std::string(password);
        return std::move(*this).secret_header("Authorization",
                                              "Basic " + std::string(host.base64(both)));
    }
    Request&& body(std::string_view content_type, std::string_view bytes) && {
        body_ = bytes;
        return std::move(*this).header("Content-Type", content_type);
    }
    /// A body whose Content-Type was said by header().
    Request&& content(std::string_view bytes) && { return put(body_, bytes); }
    Request&& form(const Form& form) && {
        return std::move(*this).body("application/x-www-form-urlencoded", form.text());
    }
    Request&& json(const JsonObject& object) && {
        return std::move(*this).body("application/json", object.json());
    }
    /// Names the exchange in transcripts, fixtures and metrics: "session.create".  Needed.
    Request&& label(std::string_view label) && { return put(label_, label); }
    Request&& coalesce(std::string_view key) && { return put(coalesce_key_, key); }
    Request&& client_cert(std::string_view setting) && { return put(client_cert_, setting); }
    /// Members, fields or elements no transcript may show.
    Request&& redact(std::string_view name) && {
        redact_.add(name);
        return std::move(*this);
    }
    Request&& retry(Retry retry) && {
        retry_ = retry;
        return std::move(*this);
    }
    Request&& timeout_ms(uint32_t ms) && {
        timeout_ms_ = ms;
        return std::move(*this);
    }
    Request&& send_before_unix_ms(int64_t at) && {
        send_before_unix_ms_ = at;
        return std::move(*this);
    }
    /// The answer holds new secrets: its body stays out of transcripts.
    Request&& secret_answer() && {
        flags_ |= TPK_HTTP_SECRET_ANSWER;
        return std::move(*this);
    }
    Request&& long_poll() && {
        flags_ |= TPK_HTTP_LONG_POLL;
        return std::move(*this);
    }

    const std::string& label() const& { return label_; }

    /// Hands the request to the host, which copies it.
    void emit(const tpk_host* host, tpk_out* out) const {
        std::vector<tpk_header> headers;
        for (const Header& h : headers_)
            headers.push_back({to_str(h.name), to_str(h.value), h.flags, 0});
        const std::string redact = redact_.empty() ? std::string() : redact_.json();
        tpk_http_request abi{};
        abi.size = sizeof abi;
        abi.flags = flags_;
        abi.retry = static_cast<uint32_t>(retry_);
        abi.timeout_ms = timeout_ms_;
        abi.method = to_str(method_);
        abi.url = to_str(url_);
        abi.headers = headers.data();
        abi.header_count = static_cast<uint32_t>(headers.size());
        abi.body = to_bytes(body_);
        abi.label = to_str(label_);
        abi.coalesce_key = to_str(coalesce_key_);
        abi.client_cert = to_str(client_cert_);
        abi.redact = to_str(redact);
        abi.send_before_unix_ms = send_before_unix_ms_;
        host->http(out, &abi);
    }

  private:
    struct Header {
        std::string name;
        std::string value;
        uint32_t flags;
    };

    Request&& put(std::string& member, std::string_view value) {
        member = value;
        return std::move(*this);
    }

    std::string method_;
    std::string url_;
    std::vector<Header> headers_;
    std::string body_;
    std::string label_;
    std::string coalesce_key_;
    std::string client_cert_;
    JsonArray redact_;
    Retry retry_;
    uint32_t timeout_ms_ = 0;
    uint32_t flags_ = 0;
    int64_t send_before_unix_ms_ = 0;
};

}  // namespace turnpike
