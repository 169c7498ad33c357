#include "host/exchange/curl_transfer.hpp"

#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <cstring>

#include "host/exchange/address_guard.hpp"

namespace turnpike::exchange {
namespace {

constexpr long kConnectTimeoutMs = 10000;
constexpr long kUploadBufferBytes = 16 * 1024;
constexpr long kBufferBytes = 4 * 1024;
constexpr size_t kAnswerHeadersMax = 200;

bool has_body(const plugins::HttpRequest& http) { return http.method != "GET" && http.method != "HEAD" && http.method != "DELETE"; }

}  // namespace

CurlTransfer::CurlTransfer(TransferRequest request, std::function<void(TransferEnd)> done, std::function<void()> resolved)
    : request_(std::move(request)), done_(std::move(done)), resolved_(std::move(resolved)), easy_(curl_easy_init()) {
    set_target();
    set_headers();
    set_body();
    set_callbacks();
}

CurlTransfer::~CurlTransfer() {
    curl_easy_cleanup(easy_);
    curl_slist_free_all(headers_);
}

void CurlTransfer::set_target() {
    curl_easy_setopt(easy_, CURLOPT_URL, request_.url.c_str());
    curl_easy_setopt(easy_, CURLOPT_PROTOCOLS_STR, request_.sandbox ? "http" : request_.private_networks ? "http,https" : "https");
    // Environment variables could name a proxy, and then the address check would see the proxy's address.
    curl_easy_setopt(easy_, CURLOPT_PROXY, "");
    curl_easy_setopt(easy_, CURLOPT_NOPROXY, "*");
    curl_easy_setopt(easy_, CURLOPT_FOLLOWLOCATION, 0L);
    curl_easy_setopt(easy_, CURLOPT_NETRC, static_cast<long>(CURL_NETRC_IGNORED));
    curl_easy_setopt(easy_, CURLOPT_SSLVERSION, static_cast<long>(CURL_SSLVERSION_TLSv1_2));
    curl_easy_setopt(easy_, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(easy_, CURLOPT_TIMEOUT_MS, static_cast<long>(std::max<int64_t>(request_.timeout_ms, 1)));
    curl_easy_setopt(easy_, CURLOPT_CONNECTTIMEOUT_MS, std::min<long>(kConnectTimeoutMs, static_cast<long>(std::max<int64_t>(request_.timeout_ms, 1))));
    curl_easy_setopt(easy_, CURLOPT_HTTP_VERSION, static_cast<long>(CURL_HTTP_VERSION_2TLS));
    curl_easy_setopt(easy_, CURLOPT_PIPEWAIT, 1L);
    curl_easy_setopt(easy_, CURLOPT_ACCEPT_ENCODING, "");
    curl_easy_setopt(easy_, CURLOPT_USERAGENT, "turnpike/0.1");
    // A thousand may be in flight, and what they carry is a kilobyte or two.
    curl_easy_setopt(easy_, CURLOPT_UPLOAD_BUFFERSIZE, kUploadBufferBytes);
    curl_easy_setopt(easy_, CURLOPT_BUFFERSIZE, kBufferBytes);
    if (request_.client_cert_pem.empty()) return;
    curl_blob blob{const_cast<char*>(request_.client_cert_pem.data()), request_.client_cert_pem.size(), CURL_BLOB_NOCOPY};
    curl_easy_setopt(easy_, CURLOPT_SSLCERT_BLOB, &blob);
    curl_easy_setopt(easy_, CURLOPT_SSLKEY_BLOB, &blob);
}

void CurlTransfer::set_headers() {
    for (const auto& h : request_.http.headers) {
        // "Name;" is how libcurl is told of a header without a value.
        const std::string line = h.value.empty() ? h.name + ";" : h.name + ": " + h.value;
        headers_ = curl_slist_append(headers_, line.c_str());
    }
    headers_ = curl_slist_append(headers_, "Expect:");
    curl_easy_setopt(easy_, CURLOPT_HTTPHEADER, headers_);
}

void CurlTransfer::set_body() {
    const auto& http = request_.http;
    if (http.method == "GET") return;
    if (http.method == "HEAD") {
        curl_easy_setopt(easy_, CURLOPT_NOBODY, 1L);
        return;
    }
    curl_easy_setopt(easy_, CURLOPT_CUSTOMREQUEST, http.method.c_str());
    if (!has_body(http) && http.body.empty()) return;
    curl_easy_setopt(easy_, CURLOPT_POST, 1L);
    curl_easy_setopt(easy_, CURLOPT_POSTFIELDSIZE_LARGE, static_cast<curl_off_t>(http.body.size()));
    if (http.retry == plugins::RetryClass::idempotent) {
        curl_easy_setopt(easy_, CURLOPT_POSTFIELDS, http.body.data());
        return;
    }
    // A pooled connection that dies after the request was read makes libcurl send it again and report success.  It
    // cannot when the body comes from a callback it cannot rewind; an empty body gets a connection of its own.
    if (http.body.empty()) {
        curl_easy_setopt(easy_, CURLOPT_POSTFIELDS, "");
        curl_easy_setopt(easy_, CURLOPT_FRESH_CONNECT, 1L);
        return;
    }
    curl_easy_setopt(easy_, CURLOPT_READFUNCTION, &CurlTransfer::on_read);
    curl_easy_setopt(easy_, CURLOPT_READDATA, this);
}

void CurlTransfer::set_callbacks() {
    curl_easy_setopt(easy_, CURLOPT_PRIVATE, this);
    curl_easy_setopt(easy_, CURLOPT_WRITEFUNCTION, &CurlTransfer::on_body);
    curl_easy_setopt(easy_, CURLOPT_WRITEDATA, this);
    curl_easy_setopt(easy_, CURLOPT_HEADERFUNCTION, &CurlTransfer::on_header);
    curl_easy_setopt(easy_, CURLOPT_HEADERDATA, this);
    curl_easy_setopt(easy_, CURLOPT_OPENSOCKETFUNCTION, &CurlTransfer::on_socket);
    curl_easy_setopt(easy_, CURLOPT_OPENSOCKETDATA, this);
}

size_t CurlTransfer::on_body(char* data, size_t size, size_t count, void* opaque) {
    auto* self = static_cast<CurlTransfer*>(opaque);
    // These are decoded bytes: a small answer that inflates to gigabytes ends here.
    if (self->response_.body.size() + size * count > self->request_.answer_max) {
        self->too_large_ = true;
        return 0;
    }
    self->response_.body.append(data, size * count);
    return size * count;
}

size_t CurlTransfer::on_header(char* data, size_t size, size_t count, void* opaque) {
    auto* self = static_cast<CurlTransfer*>(opaque);
    std::string_view line(data, size * count);
    while (!line.empty() && (line.back() == '\r' || line.back() == '\n')) line.remove_suffix(1);
    if (line.rfind("HTTP/", 0) == 0) self->response_.headers.clear();  // of an interim answer
    const size_t colon = line.find(':');
    if (colon == std::string_view::npos || self->response_.headers.size() >= kAnswerHeadersMax) return size * count;
    std::string_view value = line.substr(colon + 1);
    while (!value.empty() && (value.front() == ' ' || value.front() == '\t')) value.remove_prefix(1);
    self->response_.headers.push_back({std::string(line.substr(0, colon)), std::string(value), false});
    return size * count;
}

size_t CurlTransfer::on_read(char* to, size_t size, size_t count, void* opaque) {
    auto* self = static_cast<CurlTransfer*>(opaque);
    const std::string& body = self->request_.http.body;
    const size_t n = std::min(size * count, body.size() - self->read_at_);
    std::memcpy(to, body.data() + self->read_at_, n);
    self->read_at_ += n;
    return n;
}

curl_socket_t CurlTransfer::on_socket(void* opaque, curlsocktype, curl_sockaddr* address) {
    auto* self = static_cast<CurlTransfer*>(opaque);
    if (self->resolved_) self->resolved_();
    const auto& ranges = self->request_.private_networks;
    const bool named = ranges && ranges->holds(&address->addr);
    // Over the internet only by https; http is for the networks an operator named.
    const bool open_text = self->request_.url.rfind("https:", 0) != 0;
    if (!self->request_.sandbox && !named && (open_text || !is_public_address(&address->addr))) {
        self->refused_address_ = true;
        return CURL_SOCKET_BAD;
    }
    return ::socket(address->family, address->socktype | SOCK_CLOEXEC, address->protocol);
}

plugins::FailReason CurlTransfer::reason_of(CURLcode code) const {
    using plugins::FailReason;
    if (too_large_) return FailReason::too_large;
    if (refused_address_) return FailReason::policy;
    switch (code) {
        case CURLE_COULDNT_RESOLVE_HOST:
        case CURLE_COULDNT_RESOLVE_PROXY: return FailReason::dns;
        case CURLE_OPERATION_TIMEDOUT: return FailReason::timeout;
        case CURLE_UNSUPPORTED_PROTOCOL:
        case CURLE_URL_MALFORMAT: return FailReason::policy;
        case CURLE_SSL_CONNECT_ERROR:
        case CURLE_PEER_FAILED_VERIFICATION:
        case CURLE_SSL_CERTPROBLEM:
        case CURLE_SSL_CIPHER:
        case CURLE_SSL_ISSUER_ERROR: return FailReason::tls;
        default: return FailReason::connect;
    }
}

TransferEnd CurlTransfer::end(CURLcode code) {
    TransferEnd out;
    curl_off_t pretransfer_us = 0;
    curl_off_t total_us = 0;
    curl_easy_getinfo(easy_, CURLINFO_PRETRANSFER_TIME_T, &pretransfer_us);
    curl_easy_getinfo(easy_, CURLINFO_TOTAL_TIME_T, &total_us);
    out.duration_ms = total_us / 1000;
    // Only a connection that never became ready proves that nothing left.
    out.sent = pretransfer_us == 0 ? plugins::Sent::no : plugins::Sent::maybe;
    if (code != CURLE_OK) {
        out.reason = reason_of(code);
        return out;
    }
    long status = 0;
    curl_easy_getinfo(easy_, CURLINFO_RESPONSE_CODE, &status);
    out.answered = true;
    out.response = std::move(response_);
    out.response.status = static_cast<uint32_t>(status);
    return out;
}

}  // namespace turnpike::exchange
