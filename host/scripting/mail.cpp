#include "host/scripting/mail.hpp"

#include <curl/curl.h>

#include <cstring>
#include <ctime>
#include <memory>

#include "host/base/encoding.hpp"

namespace turnpike::scripting {
namespace {

using json::Value;

constexpr long kTimeoutS = 20;
constexpr size_t kLongestText = 1 << 20;

bool address(const std::string& text) {
    const size_t at = text.find('@');
    const bool plain = text.find_first_of(" \r\n\t<>,;\"\\") == std::string::npos;
    return plain && at != std::string::npos && at > 0 && at + 1 < text.size() && text.find('@', at + 1) == std::string::npos && text.size() <= 254;
}

/// RFC 2047, base64, in words short enough for a line.
std::string encoded_words(const std::string& text) {
    std::string out;
    for (size_t from = 0; from < text.size();) {
        size_t end = std::min(from + 42, text.size());
        while (end < text.size() && (static_cast<uint8_t>(text[end]) & 0xC0) == 0x80) --end;
        out += (out.empty() ? "=?utf-8?B?" : "\r\n =?utf-8?B?") + to_base64(text.substr(from, end - from)) + "?=";
        from = end;
    }
    return out;
}

std::string lines_of(const std::string& base64) {
    std::string out;
    for (size_t from = 0; from < base64.size(); from += 76) out += base64.substr(from, 76) + "\r\n";
    return out;
}

std::string part(const char* type, const std::string& text) { return std::string("Content-Type: ") + type + "; charset=utf-8\r\nContent-Transfer-Encoding: base64\r\n\r\n" + lines_of(to_base64(text)); }

struct Upload {
    std::string text;
    size_t sent = 0;
};

size_t read_upload(char* to, size_t size, size_t count, void* user) {
    auto& upload = *static_cast<Upload*>(user);
    const size_t n = std::min(size * count, upload.text.size() - upload.sent);
    std::memcpy(to, upload.text.data() + upload.sent, n);
    upload.sent += n;
    return n;
}

std::optional<std::string> deliver(const std::string& url, const std::string& from, const std::string& to, std::string text) {
    const std::unique_ptr<CURL, decltype(&curl_easy_cleanup)> curl(curl_easy_init(), curl_easy_cleanup);
    const std::unique_ptr<curl_slist, decltype(&curl_slist_free_all)> rcpt(curl_slist_append(nullptr, to.c_str()), curl_slist_free_all);
    Upload upload{std::move(text)};
    curl_easy_setopt(curl.get(), CURLOPT_URL, url.c_str());
    curl_easy_setopt(curl.get(), CURLOPT_PROTOCOLS_STR, "smtp,smtps");
    curl_easy_setopt(curl.get(), CURLOPT_PROXY, "");
    curl_easy_setopt(curl.get(), CURLOPT_USE_SSL, static_cast<long>(CURLUSESSL_TRY));
    curl_easy_setopt(curl.get(), CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(curl.get(), CURLOPT_TIMEOUT, kTimeoutS);
    curl_easy_setopt(curl.get(), CURLOPT_MAIL_FROM, from.c_str());
    curl_easy_setopt(curl.get(), CURLOPT_MAIL_RCPT, rcpt.get());
    curl_easy_setopt(curl.get(), CURLOPT_READFUNCTION, read_upload);
    curl_easy_setopt(curl.get(), CURLOPT_READDATA, &upload);
    curl_easy_setopt(curl.get(), CURLOPT_UPLOAD, 1L);
    const CURLcode code = curl_easy_perform(curl.get());
    return code == CURLE_OK ? std::nullopt : std::optional<std::string>(curl_easy_strerror(code));
}

}  // namespace

Result<Mail> read_mail(const Value& asked) {
    Mail out{asked.text("to"), asked.text("subject"), asked.text("text"), asked.text("html")};
    if (!address(out.to)) return failure(422, "mail_invalid", "422 to is one e-mail address");
    if (out.subject.empty() || out.subject.size() > 500 || out.subject.find_first_of("\r\n") != std::string::npos) return failure(422, "mail_invalid", "422 subject is one line of at most 500 bytes");
    if (out.text.empty() && out.html.empty()) return failure(422, "mail_invalid", asked.text("template").empty() ? "422 a message has text or html" : "501 templates are not implemented here: give text or html");
    if (out.text.size() + out.html.size() > kLongestText) return failure(413, "mail_invalid", "413 a message has at most 1 MB");
    return out;
}

std::string mime_of(const Mail& mail, const std::string& from, int64_t now_ms) {
    const time_t seconds = now_ms / 1000;
    std::tm parts{};
    gmtime_r(&seconds, &parts);
    char date[64];
    strftime(date, sizeof date, "%a, %d %b %Y %H:%M:%S +0000", &parts);
    std::string out = "From: " + from + "\r\nTo: " + mail.to + "\r\nSubject: " + encoded_words(mail.subject) + "\r\nDate: " + date + "\r\nMIME-Version: 1.0\r\nAuto-Submitted: auto-generated\r\n";
    if (mail.html.empty()) return out + part("text/plain", mail.text);
    if (mail.text.empty()) return out + part("text/html", mail.html);
    // Base64 never holds a dash, so no text can end a part.
    const std::string edge = "--turnpike-part";
    out += "Content-Type: multipart/alternative; boundary=\"turnpike-part\"\r\n\r\n";
    return out + edge + "\r\n" + part("text/plain", mail.text) + edge + "\r\n" + part("text/html", mail.html) + edge + "--\r\n";
}

void Mailer::send(const Mail& mail, int64_t now_ms, ValueThen then) {
    if (!url_) return then(failure(501, "mail_unavailable", "501 smtp is not configured"));
    thread_.post([url = *url_, from = from_, mail, now_ms, then] {
        if (const auto failed = deliver(url, from, mail.to, mime_of(mail, from, now_ms))) return then(failure(502, "mail_failed", "502 the mail server: " + *failed));
        then(Value::object({{"sent", true}}));
    });
}

}  // namespace turnpike::scripting
