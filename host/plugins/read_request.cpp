#include "host/plugins/read_request.hpp"

#include <algorithm>

#include "host/base/encoding.hpp"
#include "host/json/read.hpp"
#include "host/plugins/views.hpp"

namespace turnpike::plugins {
namespace {

constexpr uint32_t kHeadersMax = 64;
constexpr size_t kUrlMax = 8192;
constexpr size_t kRequestBodyMax = 8u << 20;

bool token(std::string_view text) {
    return !text.empty() && std::all_of(text.begin(), text.end(), [](char c) {
        return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || std::string_view("!#$%&'*+-.^_`|~").find(c) != std::string_view::npos;
    });
}

bool printable(std::string_view text) {
    return std::all_of(text.begin(), text.end(), [](char c) { return (c >= 0x20 && c != 0x7f) || c == '\t'; }) && is_utf8(text);
}

bool url_text(std::string_view text) {
    return text.size() <= kUrlMax && std::all_of(text.begin(), text.end(), [](char c) { return c > 0x20 && c < 0x7f; });
}

bool read_redact(tpk_str text, std::vector<std::string>& out) {
    if (text.len == 0) return true;
    const auto list = json::read(view_of(text));
    if (!list || !list->is_array()) return false;
    for (const json::Value& item : list->items())
        if (auto name = item.string()) out.emplace_back(*name);
    return true;
}

RetryClass retry_of(uint32_t retry) {
    if (retry == TPK_RETRY_IF_UNSENT) return RetryClass::if_unsent;
    return retry == TPK_RETRY_IDEMPOTENT ? RetryClass::idempotent : RetryClass::never;
}

// What ABI 1.0 had; fields that came later are there when the size says so.
constexpr uint32_t kRequestLeast = 152;
constexpr uint32_t kErrorLeast = 88;

}  // namespace

bool read_headers(const tpk_header* headers, uint32_t count, std::vector<Header>& out) {
    if (count > kHeadersMax) return false;
    for (uint32_t i = 0; i < count; ++i) {
        const std::string_view name = view_of(headers[i].name);
        const std::string_view value = view_of(headers[i].value);
        if (!token(name) || !printable(value)) return false;
        out.push_back({std::string(name), std::string(value), (headers[i].flags & TPK_HEADER_SENSITIVE) != 0});
    }
    return true;
}

std::optional<HttpRequest> read_request(const tpk_http_request& r, std::string& wrong) {
    auto refuse = [&](const char* rule) {
        wrong = rule;
        return std::nullopt;
    };
    HttpRequest out;
    if (r.size < kRequestLeast) return refuse("The plugin's HTTP request is shorter than in ABI 1.0: set its size.");
    if (!token(view_of(r.method)) || r.method.len > 16) return refuse("The plugin's HTTP method is no token.");
    if (!url_text(view_of(r.url))) return refuse("The plugin's URL holds characters a URL cannot.");
    if (r.body.len > kRequestBodyMax) return refuse("The plugin's request body is larger than 8 MiB.");
    if (r.label.len == 0 || !printable(view_of(r.label))) return refuse("The plugin's HTTP request has no label.");
    if (!printable(view_of(r.coalesce_key)) || !printable(view_of(r.client_cert))) return refuse("The plugin's HTTP request names a key that is no text.");
    if (!read_headers(r.headers, r.header_count, out.headers)) return refuse("The plugin's headers are not headers.");
    if (!read_redact(r.redact, out.redact)) return refuse("The plugin's list of names to mask is no JSON array.");
    out.method = std::string(view_of(r.method));
    out.url = std::string(view_of(r.url));
    out.body = std::string(view_of(r.body));
    out.label = std::string(view_of(r.label));
    out.coalesce_key = std::string(view_of(r.coalesce_key));
    out.client_cert = std::string(view_of(r.client_cert));
    out.retry = retry_of(r.retry);
    out.timeout_ms = r.timeout_ms;
    out.secret_answer = (r.flags & TPK_HTTP_SECRET_ANSWER) != 0;
    out.long_poll = (r.flags & TPK_HTTP_LONG_POLL) != 0;
    out.send_before_unix_ms = r.send_before_unix_ms;
    return out;
}

std::optional<PluginError> read_error(const tpk_error& e, std::string& wrong) {
    if (e.size < kErrorLeast) {
        wrong = "The plugin's error is shorter than in ABI 1.0: set its size.";
        return std::nullopt;
    }
    wrong = "The plugin's error is no UTF-8.";
    for (const tpk_str text : {e.provider_code, e.provider_message, e.hint, e.field})
        if (!is_utf8(view_of(text))) return std::nullopt;
    constexpr size_t kTextMax = 2048;
    auto copy = [](tpk_str text) { return std::string(view_of(text).substr(0, kTextMax)); };
    PluginError out;
    const bool known = e.kind >= TPK_ERR_CONFIG && e.kind <= TPK_ERR_INTERNAL;
    out.kind = known ? static_cast<ErrorKind>(e.kind) : ErrorKind::provider;
    out.effect = e.effect == TPK_EFFECT_NONE ? Effect::none : Effect::unknown;
    out.retry_after_ms = e.retry_after_ms;
    out.http_status = e.http_status;
    out.provider_code = copy(e.provider_code);
    out.provider_message = copy(e.provider_message);
    out.hint = copy(e.hint);
    out.field = copy(e.field);
    return out;
}

}  // namespace turnpike::plugins
