#include "host/http/message.hpp"

#include <algorithm>

#include "host/base/encoding.hpp"
#include "host/json/write.hpp"

namespace turnpike::http {
namespace {

struct Phrase {
    int status;
    std::string_view text;
};
constexpr Phrase kPhrases[] = {
    {100, "Continue"}, {200, "OK"}, {201, "Created"}, {202, "Accepted"}, {204, "No Content"}, {303, "See Other"}, {304, "Not Modified"},
    {400, "Bad Request"}, {401, "Unauthorized"}, {402, "Payment Required"}, {403, "Forbidden"}, {404, "Not Found"}, {405, "Method Not Allowed"},
    {408, "Request Timeout"}, {409, "Conflict"}, {411, "Length Required"}, {413, "Content Too Large"}, {414, "URI Too Long"}, {415, "Unsupported Media Type"}, {417, "Expectation Failed"},
    {422, "Unprocessable Content"}, {429, "Too Many Requests"}, {431, "Request Header Fields Too Large"}, {500, "Internal Server Error"},
    {501, "Not Implemented"}, {502, "Bad Gateway"}, {503, "Service Unavailable"}, {504, "Gateway Timeout"}, {505, "HTTP Version Not Supported"},
};

char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; }

/// "amount_invalid" -> "Amount invalid".
std::string title_of(const std::string& code) {
    std::string out = code;
    std::replace(out.begin(), out.end(), '_', ' ');
    if (!out.empty() && out[0] >= 'a' && out[0] <= 'z') out[0] = static_cast<char>(out[0] - 32);
    return out;
}

}  // namespace

bool same_name(std::string_view a, std::string_view b) {
    return a.size() == b.size() && std::equal(a.begin(), a.end(), b.begin(), [](char x, char y) { return lower(x) == lower(y); });
}

const std::string* Request::header(std::string_view name) const {
    for (const Header& h : headers)
        if (same_name(h.name, name)) return &h.value;
    return nullptr;
}

std::optional<std::string> Request::query_param(std::string_view name) const {
    std::string_view rest = query;
    while (!rest.empty()) {
        const size_t amp = rest.find('&');
        const std::string_view pair = rest.substr(0, amp);
        const size_t equals = pair.find('=');
        if (percent_decode(pair.substr(0, equals), Plus::space) == name)
            return equals == std::string_view::npos ? std::string() : percent_decode(pair.substr(equals + 1), Plus::space);
        rest = amp == std::string_view::npos ? std::string_view() : rest.substr(amp + 1);
    }
    return std::nullopt;
}

std::string_view reason_phrase(int status) {
    for (const Phrase& p : kPhrases)
        if (p.status == status) return p.text;
    return "Status";
}

Response json_response(int status, const json::Value& body) { return {status, {}, json::write(body), "application/json"}; }

Response problem_response(const Problem& p, const std::string& request_id) {
    json::Value body = json::Value::object({{"type", "urn:turnpike:problem:" + p.code}, {"title", title_of(p.code)}, {"status", p.status},
                                            {"detail", p.detail}, {"code", p.code}, {"request_id", request_id}});
    json::Value errors = json::Value::array();
    for (const FieldError& e : p.errors) errors.push(json::Value::object({{"pointer", e.pointer}, {"code", e.code}, {"detail", e.detail}}));
    body.set("errors", std::move(errors));
    body.set_if("provider_code", p.provider_code).set_if("provider_message", p.provider_message);
    if (p.provider_code || p.provider_message || p.retryable) body.set("retryable", p.retryable);
    Response out{p.status, {}, json::write(body), "application/problem+json"};
    if (p.retry_after_s) out.headers.push_back({"Retry-After", std::to_string(*p.retry_after_s)});
    return out;
}

Response empty_response(int status) { return {status, {}, "", ""}; }

Response redirect(const std::string& location) { return {303, {{"Location", location}}, "", ""}; }

}  // namespace turnpike::http
