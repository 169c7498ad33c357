#pragma once

#include <curl/curl.h>

#include <memory>
#include <string>

#include "host/exchange/transfer.hpp"

namespace turnpike::exchange {

/// One libcurl easy handle with everything it points at.  libcurl's traps are closed here: no second delivery by
/// itself, no proxy from the environment, no redirect, no netrc, no stored policy, an address check at connect time,
/// a cap on decoded bytes.
class CurlTransfer {
  public:
    CurlTransfer(TransferRequest request, std::function<void(TransferEnd)> done, std::function<void()> resolved);
    ~CurlTransfer();
    CurlTransfer(const CurlTransfer&) = delete;
    CurlTransfer& operator=(const CurlTransfer&) = delete;

    CURL* easy() const { return easy_; }
    /// After libcurl is done with it: what happened.
    TransferEnd end(CURLcode code);
    void finish(TransferEnd end) { done_(std::move(end)); }

  private:
    void set_target();
    void set_body();
    void set_headers();
    void set_callbacks();
    static size_t on_body(char* data, size_t size, size_t count, void* self);
    static size_t on_header(char* data, size_t size, size_t count, void* self);
    static size_t on_read(char* to, size_t size, size_t count, void* self);
    static curl_socket_t on_socket(void* self, curlsocktype purpose, curl_sockaddr* address);
    plugins::FailReason reason_of(CURLcode code) const;

    TransferRequest request_;
    std::function<void(TransferEnd)> done_;
    std::function<void()> resolved_;
    CURL* easy_;
    curl_slist* headers_ = nullptr;
    plugins::HttpResponse response_;
    size_t read_at_ = 0;
    bool too_large_ = false;
    bool refused_address_ = false;
};

}  // namespace turnpike::exchange
