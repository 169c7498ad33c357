#pragma once

#include <string_view>

#include "turnpike/json.hpp"
#include "turnpike/text.hpp"

namespace turnpike {

/// Received headers: names are compared without case, the order and repeats are the sender's.
class Headers {
  public:
    Headers() = default;
    Headers(const tpk_header* headers, uint32_t count) : headers_(headers), count_(count) {}

    /// The first header of that name; "" when there is none.
    std::string_view operator[](std::string_view name) const {
        for (uint32_t i = 0; i < count_; ++i) {
            if (equals_ignoring_case(view(headers_[i].name), name)) return view(headers_[i].value);
        }
        return {};
    }
    uint32_t size() const { return count_; }
    std::string_view name(uint32_t i) const { return view(headers_[i].name); }
    std::string_view value(uint32_t i) const { return view(headers_[i].value); }
    uint32_t count(std::string_view name) const {
        uint32_t found = 0;
        for (uint32_t i = 0; i < count_; ++i) {
            if (equals_ignoring_case(view(headers_[i].name), name)) ++found;
        }
        return found;
    }

  private:
    const tpk_header* headers_ = nullptr;
    uint32_t count_ = 0;
};

/// An inbound request: a webhook, or the browser's return.  Views of the very bytes.
class Inbound {
  public:
    Inbound(const Host& host, const tpk_inbound& inbound) : host_(&host), inbound_(&inbound) {}

    std::string_view method() const { return view(inbound_->method); }
    std::string_view path() const { return view(inbound_->path); }
    std::string_view query() const { return view(inbound_->query); }
    std::string_view remote_ip() const { return view(inbound_->remote_ip); }
    Headers headers() const { return {inbound_->headers, inbound_->header_count}; }
    std::string_view header(std::string_view name) const { return headers()[name]; }
    std::string_view body() const { return view(inbound_->body); }
    Json json() const { return {*host_, body()}; }
    /// Body and query as objects of strings; an empty Json when they are no such form.
    Json form() const { return form_of(body()); }
    Json query_form() const { return form_of(query()); }

  private:
    Json form_of(std::string_view text) const {
        std::string_view object;
        return host_->try_transform("form.json/1", text, object) ? Json(*host_, object) : Json();
    }

    const Host* host_;
    const tpk_inbound* inbound_;
};

}  // namespace turnpike
