#include "host/exchange/transcript.hpp"

#include <algorithm>
#include <array>

#include "host/base/clock.hpp"
#include "host/base/encoding.hpp"
#include "host/json/read.hpp"
#include "host/json/write.hpp"

namespace turnpike::exchange {
namespace {

constexpr std::string_view kMask = "********";
constexpr size_t kBodyShownMax = 64 * 1024;
constexpr size_t kSecretMin = 6;
constexpr std::array<std::string_view, 10> kAlwaysMasked = {"access_token", "refresh_token", "id_token", "client_secret", "client_assertion",
                                                            "code_verifier", "password", "authorization", "pwd", "signature"};
constexpr std::array<std::string_view, 5> kSecretHeaders = {"authorization", "cookie", "set-cookie", "proxy-authorization", "x-api-key"};

std::string lowered(std::string_view text) {
    std::string out(text);
    for (char& c : out)
        if (c >= 'A' && c <= 'Z') c = static_cast<char>(c + 32);
    return out;
}

void replace_all(std::string& text, std::string_view what) {
    for (size_t at = text.find(what); at != std::string::npos; at = text.find(what, at + kMask.size())) text.replace(at, what.size(), kMask);
}

void add_spellings(std::vector<std::string>& out, const std::string& secret) {
    if (secret.size() < kSecretMin) return;
    std::string quoted;
    json::append_quoted(quoted, secret);
    // In base64 a secret shows in three ways, by where it begins in a group of three; its inside is the same in each.
    for (size_t shift = 0; shift < 3; ++shift) {
        const std::string coded = to_base64(std::string(shift, ' ') + secret);
        const size_t from = shift == 0 ? 0 : 4;
        const size_t length = coded.size() - from - 4;
        if (coded.size() > from + 4 && length >= kSecretMin) out.push_back(coded.substr(from, length));
    }
    for (std::string spelling : {secret, percent_encode(secret), to_hex(secret), quoted.substr(1, quoted.size() - 2)})
        if (std::find(out.begin(), out.end(), spelling) == out.end()) out.push_back(std::move(spelling));
}

bool luhn(std::string_view digits) {
    int sum = 0;
    bool twice = false;
    for (size_t i = digits.size(); i-- > 0; twice = !twice) {
        const int d = (digits[i] - '0') * (twice ? 2 : 1);
        sum += d > 9 ? d - 9 : d;
    }
    return sum % 10 == 0;
}

}  // namespace

std::string mask_card_numbers(std::string text) {
    const auto digit = [&](size_t i) { return i < text.size() && text[i] >= '0' && text[i] <= '9'; };
    for (size_t i = 0; i < text.size();) {
        size_t end = i;
        while (digit(end)) ++end;
        const size_t length = end - i;
        if (length >= 13 && length <= 19 && luhn(std::string_view(text).substr(i, length))) std::fill_n(text.begin() + static_cast<long>(i), length - 4, '*');
        i = end == i ? i + 1 : end;
    }
    return text;
}

Scrubber::Scrubber(const Route& route, const plugins::HttpRequest& request) {
    for (const std::string_view name : kAlwaysMasked) names_.emplace_back(name);
    for (const std::string& name : request.redact) names_.push_back(lowered(name));
    for (const std::string& secret : route.secrets) add_spellings(secrets_, secret);
    // The longest first: a secret that contains another must not leave its rest behind.
    std::sort(secrets_.begin(), secrets_.end(), [](const auto& a, const auto& b) { return a.size() > b.size(); });
}

bool Scrubber::masked_name(std::string_view name) const { return std::find(names_.begin(), names_.end(), lowered(name)) != names_.end(); }

std::string Scrubber::text(std::string_view bytes) const {
    std::string out(bytes);
    for (const std::string& secret : secrets_) replace_all(out, secret);
    return mask_card_numbers(std::move(out));
}

std::string Scrubber::body(std::string_view bytes) const {
    const std::string_view shown = bytes.substr(0, kBodyShownMax);
    bool json = false;
    std::string out = mask_json(shown, json);
    if (!json && shown.find('<') == std::string_view::npos && shown.find('=') != std::string_view::npos) out = mask_form(shown);
    else if (!json) out = mask_xml(std::string(shown));
    out = text(out);
    if (!is_utf8(out)) out = "(" + std::to_string(bytes.size()) + " bytes that are no text)";
    if (bytes.size() > shown.size()) out += "... (" + std::to_string(bytes.size()) + " bytes)";
    return out;
}

std::string Scrubber::head(const std::vector<plugins::Header>& headers) const {
    std::string out;
    for (const auto& h : headers) {
        const bool secret = h.sensitive || masked_name(h.name) || std::find(kSecretHeaders.begin(), kSecretHeaders.end(), lowered(h.name)) != kSecretHeaders.end();
        out += h.name + ": " + (secret ? std::string(kMask) : text(h.value)) + "\n";
    }
    return out;
}

std::string Scrubber::mask_json(std::string_view bytes, bool& was_json) const {
    const size_t first = bytes.find_first_not_of(" \t\r\n");
    if (first == std::string_view::npos || (bytes[first] != '{' && bytes[first] != '[')) return {};
    auto value = json::read(bytes);
    was_json = value.has_value();
    if (!was_json) return {};
    mask_members(*value);
    return json::write(*value);
}

void Scrubber::mask_members(json::Value& value) const {
    if (value.is_array())
        for (json::Value& item : value.items()) mask_members(item);
    if (!value.is_object()) return;
    for (auto& [name, member] : value.members()) {
        if (masked_name(name)) member = json::Value(kMask);
        else mask_members(member);
    }
}

std::string Scrubber::mask_form(std::string_view bytes) const {
    std::string out;
    while (!bytes.empty()) {
        const size_t amp = bytes.find('&');
        const std::string_view pair = bytes.substr(0, amp);
        const size_t equals = pair.find('=');
        const auto name = percent_decode(pair.substr(0, equals), Plus::space).value_or("");
        out += masked_name(name) && equals != std::string_view::npos ? std::string(pair.substr(0, equals + 1)) + std::string(kMask) : std::string(pair);
        bytes = amp == std::string_view::npos ? std::string_view() : bytes.substr(amp + 1);
        if (!bytes.empty()) out += '&';
    }
    return out;
}

std::string Scrubber::mask_xml(std::string bytes) const {
    for (const std::string& name : names_) {
        const std::string low = lowered(bytes);
        const size_t open = low.find("<" + name + ">");
        const size_t close = open == std::string::npos ? open : low.find("</" + name + ">", open);
        if (close != std::string::npos) bytes.replace(open + name.size() + 2, close - open - name.size() - 2, kMask);
    }
    return bytes;
}

std::string_view to_text(plugins::FailReason reason) {
    constexpr std::string_view kNames[] = {"none", "dns", "connect", "tls", "timeout", "too_large", "policy", "stale", "breaker", "denied"};
    return kNames[static_cast<size_t>(reason)];
}

json::Value to_json(const Transcript& transcript) {
    json::Value out = json::Value::array();
    for (const TranscriptLine& t : transcript) {
        json::Value line = json::Value::object({{"at", rfc3339(t.at_unix_ms).text}, {"duration_ms", t.duration_ms}, {"label", t.label}, {"method", t.method},
                                                {"url", t.url}, {"status", static_cast<int64_t>(t.status)}, {"sent", t.sent_maybe ? "maybe" : "no"},
                                                {"request", json::Value::object({{"head", t.request_head}, {"body", t.request_body}})},
                                                {"response", json::Value::object({{"head", t.response_head}, {"body", t.response_body}})}});
        if (!t.failed.empty()) line.set("failed", t.failed);
        out.push(std::move(line));
    }
    return out;
}

}  // namespace turnpike::exchange
